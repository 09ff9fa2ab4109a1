import type { Comparison, Query, Term } from './parse.ts'

/** What a query asks of one file or drive. The answers are made only when a term asks for them. */
export interface Subject {
  /** A text field, absent when the item has none. */
  text(field: string): string | undefined
  /** Every text that `fullText contains` searches. */
  searchable(): readonly string[]
  /** A number, or a time in milliseconds since 1970. */
  number(field: string): number | undefined
  flag(field: string): boolean
  /** Whether `value` is one of the item's parents, owners, writers, readers or labels. */
  isIn(collection: string, value: string): boolean
  /** Whether the map holds exactly this pair. */
  has(map: string, key: string, value: string): boolean
}

/** Whether `subject` satisfies `query`. */
export function matches(query: Query, subject: Subject): boolean {
  switch (query.kind) {
    case 'and':
      return matches(query.left, subject) && matches(query.right, subject)
    case 'or':
      return matches(query.left, subject) || matches(query.right, subject)
    case 'not':
      return !matches(query.of, subject)
    default:
      return holds(query, subject)
  }
}

function holds(term: Term, subject: Subject): boolean {
  switch (term.kind) {
    case 'flag':
      return subject.flag(term.field) === term.value
    case 'in':
      return subject.isIn(term.field, term.value)
    case 'has':
      return subject.has(term.field, term.key, term.value)
    case 'time':
    case 'number':
      return compare(subject.number(term.field), term.operator, term.value)
    case 'search':
      return containsWords(subject.searchable().join('\n'), term.value)
    case 'exact':
      return (subject.text(term.field) === term.value) === (term.operator === '=')
    case 'name':
    case 'text':
      return holdsText(term.kind, subject.text(term.field) ?? '', term.operator, term.value)
  }
}

function holdsText(kind: 'name' | 'text', held: string, operator: 'contains' | '=' | '!=', value: string): boolean {
  if (operator === 'contains') return kind === 'name' ? containsPrefix(held, value) : held.includes(value)
  // Google's `name =` ignores case: callers that mind must compare again.
  const same = kind === 'name' ? held.toLowerCase() === value.toLowerCase() : held === value
  return same === (operator === '=')
}

/** `name contains` finds the beginnings of words only: `World` is not found in `HelloWorld`. */
function containsPrefix(held: string, value: string): boolean {
  const text = held.toLowerCase()
  const wanted = value.toLowerCase()
  if (wanted === '') return true
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || !isLetter(text[at - 1]) || !isLetter(text[at])) return true
  }
  return false
}

function isLetter(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter)
}

/** `fullText contains`: a phrase in double quotes as it stands, otherwise every word somewhere. */
function containsWords(text: string, value: string): boolean {
  const held = text.toLowerCase()
  const phrase = /^"(.*)"$/s.exec(value)?.[1]
  if (phrase !== undefined) return held.includes(phrase.toLowerCase())
  return value
    .toLowerCase()
    .split(/\s+/)
    .every((word) => containsPrefix(held, word))
}

function compare(held: number | undefined, operator: Comparison, value: number): boolean {
  if (held === undefined) return false
  switch (operator) {
    case '<=':
      return held <= value
    case '<':
      return held < value
    case '=':
      return held === value
    case '!=':
      return held !== value
    case '>':
      return held > value
    case '>=':
      return held >= value
  }
}

/**
 * A value that every match must have in `collection`, when the query says so (`'id' in parents and …`), so that the
 * caller may look at one folder instead of at everything.
 */
export function requiredIn(query: Query, collection: string): string | undefined {
  if (query.kind === 'and') return requiredIn(query.left, collection) ?? requiredIn(query.right, collection)
  return query.kind === 'in' && query.field === collection ? query.value : undefined
}
