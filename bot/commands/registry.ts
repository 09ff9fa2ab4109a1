import type { Command } from './command.ts'
import { howFar } from './grammar/nearest.ts'
import type { Word } from './grammar/words.ts'

export type Registry = {
  readonly commands: readonly Command[]
  /** The command whose path or alias the words begin with, the longest one, and how many words that takes. */
  find(words: readonly Word[]): { readonly command: Command; readonly length: number } | undefined
  byPath(path: string): Command | undefined
  /** `typed` in full when it is the beginning of several commands. */
  group(typed: readonly string[]): string | undefined
  /** The three commands that are most like what was typed. */
  near(typed: readonly string[]): readonly Command[]
}

export function createRegistry(commands: readonly Command[]): Registry {
  const names = commands
    .flatMap((command) => [command.path, ...(command.aliases ?? [])].map((name) => ({ command, words: name.split(' ') })))
    .sort((a, b) => b.words.length - a.words.length)
  const taken = new Set<string>()
  for (const { words } of names) {
    if (taken.has(words.join(' '))) throw new Error(`Two commands are called “${words.join(' ')}”.`)
    taken.add(words.join(' '))
  }

  return {
    commands,
    find(words) {
      const typed = words.map(({ text, quoted }) => (quoted ? undefined : text.toLowerCase()))
      const found = names.find((name) => name.words.every((word, index) => typed[index] === word))
      return found && { command: found.command, length: found.words.length }
    },
    byPath: (path) => commands.find((command) => command.path === path),
    group(typed) {
      const group = typed.join(' ').toLowerCase()
      return commands.some(({ path }) => path.startsWith(`${group} `)) ? group : undefined
    },
    near(typed) {
      const like = names
        .map(({ command, words }) => {
          const start = typed.slice(0, words.length).join(' ').toLowerCase()
          return { command, far: howFar(start, words.join(' ')), within: Math.max(2, start.length / 2) }
        })
        .filter(({ far, within }) => far <= within)
        .sort((a, b) => a.far - b.far)
      return [...new Set(like.map(({ command }) => command))].slice(0, 3)
    },
  }
}
