import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportDigest } from '../../activities/backup/export-digest.ts'
import { writeZip } from '../../activities/drive/simulator/model/zip.ts'

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const svg = 'image/svg+xml'
const [noon, later] = [new Date('2026-03-01T12:00:00Z'), new Date('2026-03-02T09:30:00Z')]
const part = (name: string, text: string) => ({ name, bytes: Buffer.from(text) })

function digestOf(mimeType: string, bytes: Uint8Array, pieceBytes = bytes.length || 1): string | undefined {
  const digest = exportDigest(mimeType)
  for (let at = 0; at < bytes.length; at += pieceBytes) digest.update(bytes.subarray(at, at + pieceBytes))
  return digest.finish()
}

const parts = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z/]{1,12}$/), text: fc.string() }), {
  selector: ({ name }) => name,
  minLength: 1,
  maxLength: 8,
})

test('the times, the order and what describes the file make no difference; a changed part does', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 400 }), (given, pieceBytes) => {
      const entries = given.map(({ name, text }) => part(name, text))
      const one = writeZip([...entries, part('docProps/core.xml', 'made at noon')], noon)
      const two = writeZip([part('docProps/core.xml', 'made later'), ...entries.toReversed()], later)
      const changed = writeZip([...entries.slice(1), part(given[0]?.name ?? '', `${given[0]?.text}!`)], noon)
      const digest = digestOf(docx, one)
      expect(digest).toMatch(/^[0-9a-f]{64}$/)
      expect(digestOf(docx, two, pieceBytes)).toBe(digest)
      expect(digestOf(docx, changed)).not.toBe(digest)
    }),
  )
})

test('the directory is found at the end of an export of many mebibytes', () => {
  const large = { name: 'word/media/image1.bin', bytes: Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * 7919) % 251)) }
  const entries = [large, part('word/document.xml', 'text')]
  expect(digestOf(docx, writeZip(entries, noon), 65_536)).toBe(digestOf(docx, writeZip(entries, later), 1_000_003))
})

test('a drawing is compared without its comments', () => {
  const drawing = (comment: string, text: string) => Buffer.from(`<svg><!-- ${comment} --><text>${text}</text></svg>`)
  expect(digestOf(svg, drawing('noon', 'a'), 5)).toBe(digestOf(svg, drawing('later', 'a')))
  expect(digestOf(svg, drawing('noon', 'b'))).not.toBe(digestOf(svg, drawing('noon', 'a')))
})

test.for([
  ['no ZIP', Buffer.from('plain text')],
  ['cut short', writeZip([part('a', 'text')], noon).subarray(0, -8)],
  [
    'a directory that lies',
    Buffer.concat([writeZip([part('a', 'text')], noon).subarray(0, 40), writeZip([part('a', 'text')], noon).subarray(60)]),
  ],
  ['nothing', Buffer.alloc(0)],
] as const)('bytes that cannot be compared have no digest: %s', ([, bytes]) => {
  expect(digestOf(docx, bytes)).toBeUndefined()
})
