import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { IntegrityError, InvalidInput, NotFound, type Vault } from '../../activities/vault/index.ts'
import {
  type AnchorDocument,
  anchorOf,
  auditHeads,
  keepAnchor,
  keptAnchor,
  parseAnchor,
  takeAnchor,
} from '../../activities/vault/verify/anchor.ts'
import { backUp, type MemoryStore, memoryStore, openTestVault } from './support/vaults.ts'

let store: MemoryStore
let vault: Vault
let anchored: AnchorDocument
const reopen = () => openTestVault(store)
const rootOf = (driveId: string, gen: number) => `v1/t/acme/d/${driveId}/snap/${String(gen).padStart(16, '0')}.root`

beforeEach(async () => {
  store = memoryStore()
  vault = await reopen()
  for (const driveId of ['0B', '0A']) {
    await backUp(vault.drive(driveId), 0, { a: Buffer.from(`${driveId} first`) })
    await backUp(vault.drive(driveId), 1, { a: Buffer.from(`${driveId} second`) })
  }
  anchored = await takeAnchor(vault, store)
})

test('P2 an anchor is the hash of the canonical JSON of all heads, in order of the drive', () => {
  const heads = anchored.heads.map(({ driveId, gen, hash }) => `{"driveId":"${driveId}","gen":${gen},"hash":"${hash}"}`)
  expect(anchored.heads.map(({ driveId, gen }) => [driveId, gen])).toEqual([
    ['0A', 2],
    ['0B', 2],
  ])
  const text = `{"accountId":"acme","format":1,"heads":[${heads.join(',')}]}`
  expect(anchorOf(anchored)).toBe(createHash('sha256').update(text).digest('hex'))
})

test('P2 histories that went on since, and drives that came since, still go through the anchor', async () => {
  await backUp(vault.drive('0A'), 2, { b: Buffer.from('third') })
  await backUp(vault.drive('0C'), 0, { c: Buffer.from('new drive') })
  const audited = await auditHeads(await reopen(), store, anchored.heads)
  expect(audited.map(({ driveId, head, broken }) => [driveId, head?.gen, broken])).toEqual([
    ['0A', 3, undefined],
    ['0B', 2, undefined],
    ['0C', 1, undefined],
  ])
})

test('P2 the newest snapshot taken away is named, and the other drives are audited all the same', async () => {
  store.objects.delete(rootOf('0A', 2))
  const audited = await auditHeads(await reopen(), store, anchored.heads)
  expect(audited[0]?.broken).toEqual({ objectKey: rootOf('0A', 2), detail: 'it was committed, but is missing' })
  expect(audited[1]?.broken).toBeUndefined()
})

test('P2 a drive that vanished as a whole is named', async () => {
  for (const key of [...store.objects.keys()]) if (key.includes('/0B/')) store.objects.delete(key)
  const audited = await auditHeads(await reopen(), store, anchored.heads)
  expect(audited.find(({ driveId }) => driveId === '0B')?.broken?.objectKey).toBe(rootOf('0B', 2))
})

test('P2 a history that was begun anew by someone who has the keys is named at the root that differs', async () => {
  for (const gen of [1, 2]) store.objects.delete(rootOf('0A', gen))
  const drive = (await reopen()).drive('0A')
  await backUp(drive, 0, { a: Buffer.from('forged first') })
  await backUp(drive, 1, { a: Buffer.from('forged second') })
  const audited = await auditHeads(await reopen(), store, anchored.heads)
  expect(audited[0]?.broken).toEqual({ objectKey: rootOf('0A', 2), detail: 'it is not the snapshot that was committed' })
})

test('P2 the hash alone is enough: the vault keeps the document, and it proves itself', async () => {
  await keepAnchor(store, anchored)
  await keepAnchor(store, anchored)
  expect(await keptAnchor(store, 'acme', anchorOf(anchored))).toEqual(anchored)

  const key = `v1/t/acme/attest/${anchorOf(anchored)}.json`
  store.objects.set(key, Buffer.from(JSON.stringify({ ...anchored, heads: [] })))
  await expect(keptAnchor(store, 'acme', anchorOf(anchored))).rejects.toBeInstanceOf(IntegrityError)
  store.objects.delete(key)
  await expect(keptAnchor(store, 'acme', anchorOf(anchored))).rejects.toBeInstanceOf(NotFound)
})

test('P2 a file is an anchor only when its heads have the hash that stands beside them', () => {
  const file = (document: object) => Buffer.from(JSON.stringify(document))
  expect(parseAnchor(file({ ...anchored, anchor: anchorOf(anchored) }))).toEqual(anchored)
  const forged = { ...anchored, heads: anchored.heads.slice(1), anchor: anchorOf(anchored) }
  for (const bytes of [
    file(forged),
    file({ ...anchored, format: 2 }),
    file({ ...anchored, heads: [{ driveId: 7 }] }),
    Buffer.from('no JSON'),
  ])
    expect(() => parseAnchor(bytes)).toThrow(InvalidInput)
})
