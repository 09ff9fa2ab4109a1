/** The form that all documents with wrapped keys share: canonical JSON with a member `wraps`, and `rev` from the first revision on. */
import { IntegrityError } from '../errors.ts'
import { canonicalBytes, isObject, parseObject } from '../format/canonical-json.ts'
import type { Json, JsonObject } from '../manifest-row.ts'
import type { WrappedKey } from './kms.ts'

export type KeyDocument = {
  readonly rev: number
  /** All members but `rev` and `wraps`. */
  readonly content: JsonObject
  readonly wraps: readonly WrappedKey[]
}

export function encodeDocument({ rev, content, wraps }: KeyDocument): Buffer {
  const list = wraps.map(({ recipient, wrapped }) => ({ recipient, wrapped: Buffer.from(wrapped).toString('base64') }))
  return canonicalBytes({ ...content, ...(rev > 0 && { rev }), wraps: list })
}

/** @throws {IntegrityError} the bytes are not the one encoding of revision `rev` of any document */
export function parseDocument(objectKey: string, bytes: Uint8Array, rev: number): KeyDocument {
  const damaged = (cause?: unknown) => new IntegrityError(objectKey, 'it is not the key document that was written there', { cause })
  let members: JsonObject
  try {
    members = parseObject(bytes)
  } catch (error) {
    throw damaged(error)
  }
  const { rev: _, wraps: list, ...content } = members
  const wraps = wrapsOf(list)
  if (wraps === undefined || !encodeDocument({ rev, content, wraps }).equals(bytes)) throw damaged()
  return { rev, content, wraps }
}

function wrapsOf(value: Json | undefined): readonly WrappedKey[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const wraps: WrappedKey[] = []
  for (const wrap of value) {
    if (!isObject(wrap) || typeof wrap['recipient'] !== 'string' || typeof wrap['wrapped'] !== 'string') return undefined
    wraps.push({ recipient: wrap['recipient'], wrapped: Buffer.from(wrap['wrapped'], 'base64') })
  }
  return wraps
}
