import { expect, test } from 'vitest'
import { InvalidInput, NotFound } from '../../activities/vault/index.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import type { ObjectStore, ObjectVersion } from '../../activities/vault/store/object-store.ts'
import { all, memoryStore } from './support/vaults.ts'

/** A store in which each key has the given versions, the newest first; `-` is a mark of a deletion. */
function versioned(history: Readonly<Record<string, readonly string[]>>): ObjectStore {
  const memory = memoryStore()
  const versions = Object.entries(history).flatMap(([key, ids]) =>
    ids.map((versionId, n): ObjectVersion => {
      const deleted = versionId.startsWith('-')
      return { key, versionId, sizeBytes: 0, lastModified: new Date(0), deleted, latest: n === 0 }
    }),
  )
  return {
    ...memory,
    abilities: { versions: true, retention: true },
    read: async ({ key, versionId = 'newest' }) => Buffer.from(`${key} ${versionId}`),
    async *listVersions(prefix) {
      yield* versions.filter(({ key }) => key.startsWith(prefix))
    },
  }
}
const read = async (store: ObjectStore, key: string) => Buffer.from(await store.read({ key })).toString()

test('P4 what was overwritten or marked as deleted is read and listed as it was first written', async () => {
  const store = asWritten(
    versioned({ a: ['overwritten', 'first'], b: ['-mark', 'first'], 'b-1': ['only'], c: ['-mark'], d: ['x', '-mark', 'first'] }),
  )
  for (const key of ['a', 'b', 'd']) expect(await read(store, key)).toBe(`${key} first`)
  expect(await read(store, 'b-1')).toBe('b-1 only')
  expect((await all(store.list(''))).map(({ key, versionId }) => `${key} ${versionId}`)).toEqual([
    'a first',
    'b first',
    'b-1 only',
    'd first',
  ])
  expect((await all(store.list('', { startAfter: 'b' }))).map(({ key }) => key)).toEqual(['b-1', 'd'])
  await expect(store.read({ key: 'c' })).rejects.toBeInstanceOf(NotFound)
  await expect(store.stat({ key: 'none' })).rejects.toBeInstanceOf(NotFound)
})

test('an address that names a version means that version', async () => {
  const store = asWritten(versioned({ a: ['overwritten', 'first'] }))
  expect(Buffer.from(await store.read({ key: 'a', versionId: 'overwritten' })).toString()).toBe('a overwritten')
})

test('a store without versions is shown as it is, and nothing can be written', async () => {
  const memory = memoryStore(new Map([['a', Buffer.from('here')]]))
  const store = asWritten(memory)
  expect(await read(store, 'a')).toBe('here')
  expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['a'])
  const writes = [
    () => store.create('b', Buffer.from('b')),
    () => store.createFrom('b', (async function* () {})()),
    () => store.remove({ key: 'a' }),
    () => store.retain({ key: 'a' }, new Date(0)),
  ]
  for (const write of writes) await expect(write()).rejects.toBeInstanceOf(InvalidInput)
  expect([...memory.objects.keys()]).toEqual(['a'])
})
