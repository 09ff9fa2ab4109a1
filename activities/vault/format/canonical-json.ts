import type { Json, JsonObject } from '../manifest-row.ts'

/**
 * The one JSON text of a value: names sorted by UTF-16 code units, no white space, absent (`undefined`) members left out, numbers and
 * strings as ECMAScript's `JSON.stringify` writes them. Equal values give equal bytes, so they can be hashed (RFC 8785 for all values
 * that it allows; lone surrogates, which it forbids and Drive may send, become `\udXXX`).
 * @throws {TypeError} a number that is not finite, or something that is not JSON
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('A number that is not finite has no JSON form.')
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
      return canonicalObject(value)
    default:
      throw new TypeError(`A ${typeof value} has no JSON form.`)
  }
}

function canonicalObject(value: object): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8')
}

/** Parses JSON bytes that must be an object. @throws {SyntaxError} they are not */
export function parseObject(bytes: Uint8Array): JsonObject {
  const value: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  if (value === null || typeof value !== 'object' || !isObject(value)) throw new SyntaxError('This JSON text is not an object.')
  return value
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
