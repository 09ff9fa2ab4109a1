import type { Arg } from '../args.ts'
import { nearest } from './nearest.ts'
import { sameWords } from './same-words.ts'
import type { Word } from './words.ts'

export type ReadOption = { readonly name: string; readonly value: unknown; readonly next: number }
export type OptionProblem = { readonly arg?: string; readonly sentence: string }

/**
 * The option at `words[at]`, written `--name value`, `--name=value` or `name:value`; undefined when there is none.
 * Once the target has been named, a value goes on to the next option (`--label Bring it back`); before that it is one word or one quoted text,
 * since what follows is the target.
 */
export function readOption(
  words: readonly Word[],
  at: number,
  allowed: readonly Arg[],
  context: { readonly hasTarget: boolean },
): ReadOption | OptionProblem | undefined {
  const word = words[at]
  if (!word || word.quoted) return undefined
  if (word.text.toLowerCase() === '-h') return { name: 'help', value: true, next: at + 1 }

  const dashed = /^--([\p{L}][\p{L}\d-]*)(?:[=:](.*))?$/su.exec(word.text)
  const colon = dashed ? null : /^(\p{L}[\p{L}\d-]*):(.+)$/su.exec(word.text)
  const typed = (dashed ?? colon)?.[1]
  if (typed === undefined) return undefined
  const arg = allowed.find(({ name }) => name === typed.toLowerCase())
  if (!arg) return dashed ? unknown(typed, allowed) : undefined

  const attached = (dashed ?? colon)?.[2]
  if (arg.kind === 'flag') return flag(arg, attached, at)
  if (attached !== undefined && attached !== '') return { name: arg.name, value: attached, next: at + 1 }
  return valueAfter(words, at + 1, arg, context.hasTarget, allowed)
}

function valueAfter(words: readonly Word[], at: number, arg: Arg, greedy: boolean, allowed: readonly Arg[]): ReadOption | OptionProblem {
  const first = words[at]
  if (!first || isOption(first)) return { arg: arg.name, sentence: `--${arg.name} needs a value: ${arg.description}.` }
  if (arg.kind === 'choice') return choiceAt(words, at, arg)
  if (first.quoted || !greedy) return { name: arg.name, value: first.text, next: at + 1 }
  let next = at + 1
  while (next < words.length) {
    const word = words[next]
    if (!word || word.quoted || isOption(word) || isColonOption(word, allowed)) break
    next += 1
  }
  return {
    name: arg.name,
    value: words
      .slice(at, next)
      .map(({ text }) => text)
      .join(' '),
    next,
  }
}

/** The most words that together are one of the values (`--status not active`); else one word, for the answer that it is none. */
function choiceAt(words: readonly Word[], at: number, arg: Arg): ReadOption {
  for (let count = 3; count > 0; count -= 1) {
    const value = words
      .slice(at, at + count)
      .map(({ text }) => text)
      .join(' ')
    if (arg.values?.some((candidate) => sameWords(candidate, value)))
      return { name: arg.name, value, next: Math.min(at + count, words.length) }
  }
  return { name: arg.name, value: words[at]?.text ?? '', next: at + 1 }
}

const isOption = (word: Word): boolean => !word.quoted && /^--\p{L}/u.test(word.text)

const isColonOption = (word: Word, allowed: readonly Arg[]): boolean => {
  const name = /^(\p{L}[\p{L}\d-]*):./su.exec(word.text)?.[1]?.toLowerCase()
  return name !== undefined && allowed.some((arg) => arg.name === name)
}

function flag(arg: Arg, attached: string | undefined, at: number): ReadOption | OptionProblem {
  const yes = /^(?:true|yes|on|1)$/i
  const no = /^(?:false|no|off|0)$/i
  if (attached === undefined || yes.test(attached)) return { name: arg.name, value: true, next: at + 1 }
  if (no.test(attached)) return { name: arg.name, value: false, next: at + 1 }
  return { arg: arg.name, sentence: `--${arg.name} is yes or no, and “${attached}” is neither.` }
}

function unknown(typed: string, allowed: readonly Arg[]): OptionProblem {
  const near = nearest(typed, allowed, ({ name }) => name)
  const names = (near.length > 0 ? near : allowed).map(({ name }) => `--${name}`)
  return { sentence: `There is no option --${typed} here. There is ${names.join(', ')}.` }
}
