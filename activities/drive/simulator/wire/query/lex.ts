import { invalidValue } from '../http/errors.ts'

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string }

const patterns = {
  space: /\s+/y,
  sign: /<=|>=|!=|[=<>(){}]/y,
  word: /[A-Za-z][\w.]*|-?\d+/y,
}

/**
 * Cuts a `q` into words, quoted texts and signs. In a quoted text `\'` and `\\` stand for the letter behind the backslash.
 * @throws {WireError} 400 `invalid`
 */
export function lex(q: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < q.length) {
    const space = matchAt(patterns.space, q, at)
    if (space) {
      at += space.length
      continue
    }
    const quote = q[at]
    if (quote === "'" || quote === '"') {
      const [text, end] = quoted(q, at, quote)
      tokens.push({ kind: 'text', text })
      at = end
      continue
    }
    const sign = matchAt(patterns.sign, q, at)
    const word = sign ?? matchAt(patterns.word, q, at)
    if (!word) throw invalidValue('q')
    tokens.push({ kind: sign ? 'sign' : 'word', text: word })
    at += word.length
  }
  return tokens
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function quoted(q: string, start: number, quote: string): [string, number] {
  let text = ''
  for (let at = start + 1; at < q.length; at += 1) {
    const letter = q[at]
    if (letter === quote) return [text, at + 1]
    if (letter === '\\') at += 1
    text += q[at] ?? ''
  }
  throw invalidValue('q')
}
