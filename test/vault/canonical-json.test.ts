import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../activities/vault/format/canonical-json.ts'
import { decodeRecords, encodeRecord } from '../../activities/vault/format/record.ts'
import { recordToRow, rowToRecord } from '../../activities/vault/format/row-codec.ts'
import { InvalidInput } from '../../activities/vault/index.ts'
import { row } from './support/vaults.ts'

describe('canonical JSON', () => {
  test('sorts names at every depth, leaves out what is absent, and adds no space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x', absent: undefined })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })

  test('is the same for the same value, however it was put together', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(shuffled)).toBe(canonicalJson(value))
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
      }),
    )
  })

  test('writes a lone surrogate, as a hostile name may have it, in ASCII', () => {
    expect(canonicalJson('a\ud800b')).toBe('"a\\ud800b"')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, 1n])('refuses what JSON does not have', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})

test('the encoding of a row is pinned: the state hashes of all vaults depend on it', () => {
  const record = rowToRecord(
    row('1AbC', { name: 'Ünï "quoted"\n', size: 12, flags: { trashed: true }, permissions: [{ type: 'user', role: 'writer' }] }),
  )
  expect(encodeRecord(record).toString('hex').slice(0, 20)).toBe('000431416243000000d7')
  expect(Buffer.from(record.value).toString()).toBe(
    '{"flags":{"trashed":true},"id":"1AbC","mimeType":"text/plain","name":"Ünï \\"quoted\\"\\n","outcome":{"status":"stored"},"parentId":"0AFinance","permissions":[{"role":"writer","type":"user"}],"size":12,"version":"7"}',
  )
})

test('records come back from a block as they went in, and a cut block is noticed', () => {
  const records = fc.array(fc.record({ key: fc.stringMatching(/^[!-~]{1,64}$/), value: fc.uint8Array({ maxLength: 300 }) }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(records, (list) => {
      const block = Buffer.concat(list.map((record) => encodeRecord(record)))
      expect([...decodeRecords(block)].map(({ key, value }) => [key, [...value]])).toEqual(list.map(({ key, value }) => [key, [...value]]))
      expect(() => [...decodeRecords(block.subarray(0, -1))]).toThrow(RangeError)
    }),
  )
})

test('rows come back with hostile text unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (name, properties) => {
      const original = row('x', { name, properties })
      expect(recordToRow(rowToRecord(original))).toEqual(original)
    }),
  )
})

test.each(['', 'a b', 'ä', 'x'.repeat(257), 'a\n'])('the id %j is refused', (id) => {
  expect(() => rowToRecord(row(id))).toThrow(InvalidInput)
})
