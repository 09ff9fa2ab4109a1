import { IntegrityError } from '../errors.ts'
import { canonicalBytes, isObject, parseObject } from '../format/canonical-json.ts'
import type { Json, JsonObject } from '../manifest-row.ts'
import type { WrappedKey } from './kms.ts'

export function wrapsToJson(wraps: readonly WrappedKey[]): Json {
  return wraps.map(({ recipient, wrapped }) => ({ recipient, wrapped: Buffer.from(wrapped).toString('base64') }))
}

/**
 * The wrapped keys of a stored document: canonical JSON with exactly the members `expected`, and `wraps`.
 * @throws {IntegrityError} it is anything else
 */
export function parseKeyFile(objectKey: string, bytes: Uint8Array, expected: JsonObject): readonly WrappedKey[] {
  const damaged = (cause?: unknown) => new IntegrityError(objectKey, 'it is not the key document that was written there', { cause })
  let document: JsonObject
  try {
    document = parseObject(bytes)
  } catch (error) {
    throw damaged(error)
  }
  const wraps = wrapsFromJson(document.wraps)
  if (wraps === undefined || !canonicalBytes({ ...expected, wraps: wrapsToJson(wraps) }).equals(bytes)) throw damaged()
  return wraps
}

export function wrapsFromJson(value: Json | undefined): readonly WrappedKey[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const wraps: WrappedKey[] = []
  for (const wrap of value) {
    if (!isObject(wrap) || typeof wrap.recipient !== 'string' || typeof wrap.wrapped !== 'string') return undefined
    wraps.push({ recipient: wrap.recipient, wrapped: Buffer.from(wrap.wrapped, 'base64') })
  }
  return wraps
}
