import type { Arg } from '../args.ts'
import type { Word } from './words.ts'

/**
 * Hands the words that are no options to the positional arguments. A name is joined greedily (`backup now Finance EMEA`); arguments are told
 * apart by their preposition, of which the last unquoted one counts, so that a file may be called `Letter from Bo`.
 */
export function splitPositionals(
  words: readonly Word[],
  args: readonly Arg[],
): { readonly values: Readonly<Record<string, unknown>> } | { readonly sentence: string } {
  const targets = args.filter(({ positional }) => positional)
  const leading = targets.filter(({ word }) => word === undefined)
  const values: Record<string, unknown> = {}

  let rest = words
  for (const arg of targets.filter(({ word }) => word !== undefined).reverse()) {
    const at = rest.findLastIndex(({ text, quoted }) => !quoted && text.toLowerCase() === arg.word)
    if (at < 0) continue
    if (at < rest.length - 1) values[arg.name] = written(arg, rest.slice(at + 1))
    rest = rest.slice(0, at)
  }

  const [first, second] = leading
  if (rest.length === 0) return { values }
  if (!first) return { sentence: `Nothing can be done with “${joined(rest)}” here.` }
  const cut = second ? rest.findIndex(({ text, quoted }, at) => at > 0 && (quoted || text.startsWith('/'))) : -1
  if (second && cut > 0) {
    values[first.name] = written(first, rest.slice(0, cut))
    values[second.name] = written(second, rest.slice(cut))
  } else {
    values[first.name] = written(first, rest)
  }
  return { values }
}

function written(arg: Arg, words: readonly Word[]): unknown {
  return arg.kind === 'drives' ? pieces(words) : joined(words)
}

const joined = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')

/** Several names: parted by commas, or each quoted. */
function pieces(words: readonly Word[]): string[] {
  const found: string[] = []
  let open: string[] = []
  const close = () => {
    if (open.length > 0) found.push(open.join(' '))
    open = []
  }
  for (const word of words) {
    if (word.quoted) {
      close()
      found.push(word.text)
      continue
    }
    const parts = word.text.split(',')
    parts.forEach((part, index) => {
      if (index > 0) close()
      if (part !== '') open.push(part)
    })
  }
  close()
  return found
}
