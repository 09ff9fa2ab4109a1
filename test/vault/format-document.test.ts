import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endings } from '../../activities/vault/extract/safe-name.ts'
import { readContent } from '../../activities/vault/read/blob-reader.ts'
import { readDirectory, type SealedStore } from '../../activities/vault/read/container.ts'
import { createFrameReader } from '../../activities/vault/read/frame-reader.ts'
import { collect, memoryStore, openTestDrive } from './support/vaults.ts'

const document = readFileSync(join(import.meta.dirname, '../../docs/VAULT-FORMAT.md'), 'utf8')
const bytesFrom = (from: number, count: number) => Uint8Array.from({ length: count }, (_, n) => from + n)

test('the example in the format document opens as it stands there, and holds what the document says', async () => {
  const example = Buffer.from(/## 11\. An example[\s\S]*?```\n([\s\S]*?)```/.exec(document)?.[1]?.replace(/\s/g, '') ?? '', 'hex')
  const place = /lies at `([^`]+)`/.exec(document)?.[1] ?? ''
  const store = memoryStore(new Map([[place, example]]))
  const { layout } = (await openTestDrive(memoryStore())).reader
  const sealed: SealedStore = { store, scope: layout, dek: async () => bytesFrom(0, 32) }
  const { records, dataEnd } = await readDirectory(sealed, { key: place, sizeBytes: example.length }, 'pack', place.slice(-32))
  expect(dataEnd).toBe(103)
  for (const { key, value } of records) {
    expect(document).toContain(`\`${Buffer.from(value).toString()}\``)
    expect(document).toContain(key)
  }
  const blobId = records[1]?.key ?? ''
  const content = { blobId, size: 6, sha256: createHash('sha256').update('hello\n').digest('hex'), segments: [{ blobId, size: 6 }] }
  const where = JSON.parse(String(records[1]?.value)) as { frame: number; length: number; offset: number; size: number }
  const entry = { blobId, container: place.slice(place.indexOf('packs/')), ...where }
  const deps = { frames: createFrameReader(sealed, layout), idKey: bytesFrom(0x20, 32), rootKey: 'none', locate: async () => entry }
  expect(String(await collect(readContent(deps, content)))).toBe('hello\n')
})

test('every exported format that gets an ending is in the document, with that ending', () => {
  const documented = [...document.matchAll(/`([a-z]+\/[^`\s]+)` \| `(\.[a-z0-9]+)`/g)].map(([, type, ending]) => [type, ending])
  expect(Object.fromEntries(documented)).toEqual(endings)
})
