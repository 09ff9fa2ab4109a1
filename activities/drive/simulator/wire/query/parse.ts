import { invalidValue } from '../http/errors.ts'
import { lex, type Token } from './lex.ts'
import { type FieldKind, operators, type Vocabulary } from './vocabulary.ts'

export type Comparison = '<=' | '<' | '=' | '!=' | '>' | '>='

/** One comparison of a query, with its value already read: times are milliseconds since 1970. */
export type Term =
  | {
      readonly kind: 'name' | 'text' | 'search'
      readonly field: string
      readonly operator: 'contains' | '=' | '!='
      readonly value: string
    }
  | { readonly kind: 'exact'; readonly field: string; readonly operator: '=' | '!='; readonly value: string }
  | { readonly kind: 'time' | 'number'; readonly field: string; readonly operator: Comparison; readonly value: number }
  | { readonly kind: 'flag'; readonly field: string; readonly value: boolean }
  | { readonly kind: 'in'; readonly field: string; readonly value: string }
  | { readonly kind: 'has'; readonly field: string; readonly key: string; readonly value: string }

export type Query =
  | { readonly kind: 'and' | 'or'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly of: Query }
  | Term

const nesting = 100

/**
 * Reads a `q`. `and` and `or` bind equally and are taken from left to right, as Google documents.
 * @throws {WireError} 400 `invalid` at `q` when it is malformed, names an unknown field or an operator that the field does not take
 */
export function parseQuery(q: string, vocabulary: Vocabulary): Query {
  const reader: Reader = { tokens: lex(q), at: 0, vocabulary, depth: 0 }
  const query = readChain(reader)
  if (reader.at < reader.tokens.length) throw invalidValue('q')
  return query
}

type Reader = { readonly tokens: readonly Token[]; at: number; readonly vocabulary: Vocabulary; depth: number }

function readChain(reader: Reader): Query {
  let left = readUnary(reader)
  for (;;) {
    const kind = takeWord(reader, 'and') ? 'and' : takeWord(reader, 'or') ? 'or' : undefined
    if (!kind) return left
    left = { kind, left, right: readUnary(reader) }
  }
}

function readUnary(reader: Reader): Query {
  if (reader.depth > nesting) throw invalidValue('q')
  if (takeWord(reader, 'not')) return { kind: 'not', of: deeper(reader, readUnary) }
  if (takeSign(reader, '(')) {
    const query = deeper(reader, readChain)
    expectSign(reader, ')')
    return query
  }
  return readTerm(reader)
}

function deeper(reader: Reader, read: (reader: Reader) => Query): Query {
  reader.depth += 1
  const query = read(reader)
  reader.depth -= 1
  return query
}

function readTerm(reader: Reader): Term {
  const first = next(reader)
  if (first.kind === 'text') {
    if (!takeWord(reader, 'in')) throw invalidValue('q')
    return { kind: 'in', field: fieldOf(reader, next(reader), 'in').field, value: first.text }
  }
  const operator = peekOperator(reader)
  const { field, kind } = fieldOf(reader, first, operator)
  if (operator === undefined) return { kind: 'flag', field, value: true }
  reader.at += 1
  return termOf(reader, field, kind, operator)
}

function termOf(reader: Reader, field: string, kind: FieldKind, operator: string): Term {
  if (kind === 'map') return { kind: 'has', field, ...readPair(reader) }
  const value = next(reader)
  if (value.kind === 'sign') throw invalidValue('q')
  if (kind === 'flag') {
    if (value.text !== 'true' && value.text !== 'false') throw invalidValue('q')
    return { kind, field, value: (value.text === 'true') === (operator === '=') }
  }
  if (kind === 'number' || kind === 'time') {
    const read = kind === 'time' ? readTime(value.text) : Number(value.text)
    if (Number.isNaN(read)) throw invalidValue('q')
    return { kind, field, operator: operator as Comparison, value: read }
  }
  if (value.kind !== 'text') throw invalidValue('q')
  if (kind === 'exact') return { kind, field, operator: operator as '=' | '!=', value: value.text }
  if (kind === 'collection') throw invalidValue('q')
  return { kind, field, operator: operator as 'contains' | '=' | '!=', value: value.text }
}

/** RFC 3339; without an offset the time is UTC, as Google documents. */
function readTime(text: string): number {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return Number.NaN
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10))
  return Date.parse(zoned || text.length === 10 ? text : `${text}Z`)
}

function readPair(reader: Reader): { key: string; value: string } {
  expectSign(reader, '{')
  const first = readAssignment(reader)
  if (!takeWord(reader, 'and')) throw invalidValue('q')
  const second = readAssignment(reader)
  expectSign(reader, '}')
  const found = Object.fromEntries([first, second])
  if (found.key === undefined || found.value === undefined) throw invalidValue('q')
  return { key: found.key, value: found.value }
}

function readAssignment(reader: Reader): [string, string] {
  const name = next(reader)
  expectSign(reader, '=')
  const value = next(reader)
  if (name.kind !== 'word' || value.kind !== 'text') throw invalidValue('q')
  return [name.text, value.text]
}

function fieldOf(reader: Reader, token: Token, operator: string | undefined): { field: string; kind: FieldKind } {
  const kind = token.kind === 'word' && Object.hasOwn(reader.vocabulary, token.text) ? reader.vocabulary[token.text] : undefined
  if (kind === undefined) throw invalidValue('q')
  const allowed = operator === undefined ? kind === 'flag' : operators[kind].includes(operator)
  if (!allowed) throw invalidValue('q')
  return { field: token.text, kind }
}

function peekOperator(reader: Reader): string | undefined {
  const token = reader.tokens[reader.at]
  if (!token || token.kind === 'text' || (token.kind === 'sign' && token.text === ')')) return undefined
  return token.text === 'and' || token.text === 'or' ? undefined : token.text
}

function next(reader: Reader): Token {
  const token = reader.tokens[reader.at]
  if (!token) throw invalidValue('q')
  reader.at += 1
  return token
}

function takeWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at]
  const found = token?.kind === 'word' && token.text.toLowerCase() === word
  if (found) reader.at += 1
  return found
}

function takeSign(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.at]
  const found = token?.kind === 'sign' && token.text === sign
  if (found) reader.at += 1
  return found
}

function expectSign(reader: Reader, sign: string): void {
  if (!takeSign(reader, sign)) throw invalidValue('q')
}
