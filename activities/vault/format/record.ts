import { InvalidInput } from '../errors.ts'
import { maxRecordBytes } from './limits.ts'

/** A key with a value: the unit of manifest segments, index segments and directories. Keys are ASCII. */
export type StoredRecord = { readonly key: string; readonly value: Uint8Array }

/** `u16 key length ‖ key ‖ u32 value length ‖ value`. @throws {InvalidInput} it is larger than the format allows */
export function encodeRecord({ key, value }: StoredRecord): Buffer {
  if (value.byteLength > maxRecordBytes)
    throw new InvalidInput(`The record ${key} has ${value.byteLength} bytes; ${maxRecordBytes} is the most.`)
  const bytes = Buffer.allocUnsafe(6 + key.length + value.byteLength)
  bytes.writeUInt16BE(key.length, 0)
  bytes.write(key, 2, 'latin1')
  bytes.writeUInt32BE(value.byteLength, 2 + key.length)
  bytes.set(value, 6 + key.length)
  return bytes
}

/** The records of a block, in order. @throws {RangeError} the bytes do not end where a record ends */
export function* decodeRecords(bytes: Buffer): Iterable<StoredRecord> {
  let at = 0
  while (at < bytes.length) {
    const keyEnd = at + 2 + bytes.readUInt16BE(at)
    const valueEnd = keyEnd + 4 + bytes.readUInt32BE(keyEnd)
    if (valueEnd > bytes.length) throw new RangeError('A record reaches past the end of its block.')
    yield { key: bytes.toString('latin1', at + 2, keyEnd), value: bytes.subarray(keyEnd + 4, valueEnd) }
    at = valueEnd
  }
}
