import { beforeEach, expect, test } from 'vitest'
import { parseObject } from '../../activities/vault/format/canonical-json.ts'
import { vaultLayout } from '../../activities/vault/format/layout.ts'
import { type BlobEntry, type DurableContainer, IntegrityError, VaultError } from '../../activities/vault/index.ts'
import { driveKeys } from '../../activities/vault/keys/drive-keys.ts'
import { readDirectory, type SealedStore } from '../../activities/vault/read/container.ts'
import { createFrameReader, frameCount } from '../../activities/vault/read/frame-reader.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { chunked, type MemoryStore, memoryStore, noise, openTestDrive, testKms } from './support/vaults.ts'

const layout = vaultLayout('acme').drive('0AFinance')
let store: MemoryStore
let sealed: SealedStore
let containers: readonly DurableContainer[]

beforeEach(async () => {
  store = memoryStore()
  const keys = driveKeys({ store, kms: testKms, layout: vaultLayout('acme'), clock: systemClock, random: systemRandom }, '0AFinance')
  sealed = { store, scope: layout, dek: async (key, keyId) => (await keys.forReading(key, keyId)).dek }
  const writer = await (await openTestDrive(store)).writer('session-9')
  for (const size of [10, 0, 3000, 9 << 20, 200]) await writer.putBlob(chunked(noise(size, size)), { mimeType: 'text/plain' })
  containers = await writer.flush()
})

async function entriesOf({ container, sizeBytes }: DurableContainer): Promise<{ session: unknown; entries: BlobEntry[] }> {
  const kind = container.startsWith('packs/') ? 'pack' : 'object'
  const { records } = await readDirectory(sealed, { key: layout.container(container), sizeBytes }, kind, container.slice(-32))
  const [session, ...blobs] = records.map(({ key, value }) => ({ key, value: parseObject(value) }))
  const entries = blobs.map(
    ({ key, value: { frame, length, offset, size } }) => ({ blobId: key, container, frame, length, offset, size }) as BlobEntry,
  )
  return { session: session?.value.session, entries }
}

test('a pack and an object tell themselves what they hold, without any index', async () => {
  expect(containers).toHaveLength(2)
  for (const container of containers) {
    expect(await entriesOf(container)).toEqual({ session: 'session-9', entries: container.entries })
    for (const entry of container.entries) {
      let size = 0
      for await (const plain of createFrameReader(sealed, layout)(entry, 0, frameCount(entry.size))) size += plain.length
      expect(size).toBe(entry.size)
    }
  }
})

test('P1 every byte of a pack, changed one by one, is noticed by its directory or by its frames', async () => {
  const pack = containers.find(({ container }) => container.startsWith('packs/'))
  if (!pack) throw new Error('There is no pack.')
  const key = layout.container(pack.container)
  const original = Buffer.from(store.objects.get(key) ?? [])
  for (let at = 0; at < original.length; at += 1) {
    const damaged = Buffer.from(original)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at)
    store.objects.set(key, damaged)
    const outcome = await readWhole(pack).catch((error: unknown) => error)
    expect(outcome, `byte ${at}`).toBeInstanceOf(at === 4 ? VaultError : IntegrityError)
  }
})

async function readWhole(pack: DurableContainer): Promise<number> {
  let frames = 0
  for (const entry of (await entriesOf(pack)).entries) {
    for await (const _ of createFrameReader(sealed, layout)(entry, 0, frameCount(entry.size))) frames += 1
  }
  return frames
}

test('what lies in the store shows neither content nor names nor digests', async () => {
  const marker = 'a sentence that must not be seen '
  const writer = await (await openTestDrive(store)).writer('s')
  const content = await writer.putBlob(chunked(Buffer.from(marker.repeat(100))), { mimeType: 'application/zip' })
  await writer.flush()
  const everything = Buffer.concat([...store.objects.values()])
  for (const secret of [marker, content.sha256, content.blobId]) expect(everything.includes(secret)).toBe(false)
  for (const secret of [content.sha256, content.blobId]) expect(everything.includes(Buffer.from(secret, 'hex'))).toBe(false)
})
