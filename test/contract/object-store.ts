/** The contract of `ObjectStore` as tests. Every implementation and every decorator runs it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlreadyExists, InvalidKey, NotFound, Retained } from '../../activities/vault/errors.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import type { ObjectStore } from '../../activities/vault/store/object-store.ts'
import { systemClock } from '../../db/kit/clock.ts'

const text = (words: string) => new TextEncoder().encode(words)
const keysOf = async (store: ObjectStore, prefix: string, startAfter?: string) => {
  const keys: string[] = []
  for await (const ref of store.list(prefix, startAfter === undefined ? {} : { startAfter })) keys.push(ref.key)
  return keys
}
const versionsOf = (store: ObjectStore, prefix: string) => Array.fromAsync(store.listVersions(prefix))
async function* chunks(...parts: Uint8Array[]) {
  yield* parts
}

/**
 * `open` gives an empty store each time it is called. `rivals` is how many race for one key. `removesVersions` is false for a stand-in that
 * cannot do that, where the real store can.
 */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>, { rivals = 100, removesVersions = true } = {}): void {
  describe(`${name} keeps the object store contract`, () => {
    test('what was created is read back, whole and by range', async () => {
      const store = await open()
      expect(await store.create('a/b', text('0123456789'))).toMatchObject({ key: 'a/b', sizeBytes: 10 })
      expect(Buffer.from(await store.read({ key: 'a/b' })).toString()).toBe('0123456789')
      expect(Buffer.from(await store.read({ key: 'a/b' }, { start: 3, end: 6 })).toString()).toBe('345')
    })

    test('a range that reaches past the end is cut, one beyond it is empty', async () => {
      const store = await open()
      await store.create('a', text('0123456789'))
      expect(Buffer.from(await store.read({ key: 'a' }, { start: 8, end: 99 })).toString()).toBe('89')
      expect(await store.read({ key: 'a' }, { start: 10, end: 99 })).toHaveLength(0)
      expect(await store.read({ key: 'a' }, { start: 50, end: 99 })).toHaveLength(0)
    })

    test('an empty object is an object', async () => {
      const store = await open()
      await store.create('empty', new Uint8Array())
      expect(await store.read({ key: 'empty' })).toHaveLength(0)
      expect((await store.stat({ key: 'empty' })).sizeBytes).toBe(0)
    })

    test('a taken key is refused and what is there stays', async () => {
      const store = await open()
      await store.create('k', text('first'))
      await expect(store.create('k', text('second'))).rejects.toBeInstanceOf(AlreadyExists)
      await expect(store.createFrom('k', chunks(text('third')))).rejects.toBeInstanceOf(AlreadyExists)
      expect(Buffer.from(await store.read({ key: 'k' })).toString()).toBe('first')
    })

    test(`of ${rivals} concurrent creates of one key exactly one succeeds, and its body is what is there`, async () => {
      const store = await open()
      const attempts = Array.from({ length: rivals }, (_, n) =>
        (n % 2 ? store.create('race/x', text(`body ${n}`)) : store.createFrom('race/x', chunks(text(`body ${n}`)))).then(() => n),
      )
      const results = await Promise.allSettled(attempts)
      const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      expect(winners).toHaveLength(1)
      expect(losers.every((reason) => reason instanceof AlreadyExists)).toBe(true)
      expect(Buffer.from(await store.read({ key: 'race/x' })).toString()).toBe(`body ${winners[0]}`)
      expect(await keysOf(store, '')).toEqual(['race/x'])
    })

    test('a streamed object is the concatenation of its chunks', async () => {
      const store = await open()
      const part = Buffer.alloc(3 << 20, 'x')
      expect((await store.createFrom('s/1', chunks(part, part, text('end')))).sizeBytes).toBe(part.length * 2 + 3)
      expect(Buffer.from(await store.read({ key: 's/1' }, { start: part.length * 2 - 1, end: part.length * 2 + 3 })).toString()).toBe(
        'xend',
      )
    })

    test('a stream that breaks leaves no object and reports its own error', async () => {
      const store = await open()
      async function* broken() {
        yield text('half')
        throw new RangeError('the download broke')
      }
      await expect(store.createFrom('s/2', broken())).rejects.toThrow(new RangeError('the download broke'))
      expect(await keysOf(store, '')).toEqual([])
      await expect(store.read({ key: 's/2' })).rejects.toBeInstanceOf(NotFound)
      await store.create('s/2', text('later'))
    })

    test('an object is not visible before its stream has ended', async () => {
      const store = await open()
      let during: string[] = ['not looked']
      async function* slow() {
        yield text('half')
        during = await keysOf(store, '')
        yield text('whole')
      }
      await store.createFrom('s/3', slow())
      expect(during).toEqual([])
      expect(await keysOf(store, '')).toEqual(['s/3'])
    })

    test('what is not there is NotFound, for read and stat', async () => {
      const store = await open()
      await store.create('there/x', text('x'))
      await expect(store.read({ key: 'none' })).rejects.toBeInstanceOf(NotFound)
      await expect(store.read({ key: 'there' })).rejects.toBeInstanceOf(NotFound)
      await expect(store.read({ key: 'there/x/y' })).rejects.toBeInstanceOf(NotFound)
      await expect(store.stat({ key: 'there/none' })).rejects.toBeInstanceOf(NotFound)
      await expect(store.stat({ key: 'there' })).rejects.toBeInstanceOf(NotFound)
    })

    test('a removed object is gone, its key is free, and removing again is no error', async () => {
      const store = await open()
      await store.create('r/1', text('one'))
      await store.remove({ key: 'r/1' })
      await store.remove({ key: 'r/1' })
      await store.remove({ key: 'never/was' })
      await expect(store.read({ key: 'r/1' })).rejects.toBeInstanceOf(NotFound)
      await store.create('r/1', text('two'))
      expect(Buffer.from(await store.read({ key: 'r/1' })).toString()).toBe('two')
    })

    test('lists in byte order, by prefix and after a key', async () => {
      const keys = ['a-b', 'a.b', 'a/b', 'a/b-c', 'a/c/d', 'aa', 'B', 'z/0001.root', 'z/0002.root', 'z/0010.root']
      const store = await open()
      for (const key of [...keys].reverse()) await store.create(key, text(key))
      const sorted = [...keys].sort((x, y) => (x < y ? -1 : 1))
      expect(await keysOf(store, '')).toEqual(sorted)
      expect(await keysOf(store, 'a/')).toEqual(['a/b', 'a/b-c', 'a/c/d'])
      expect(await keysOf(store, 'a/b')).toEqual(['a/b', 'a/b-c'])
      expect(await keysOf(store, 'z/', 'z/0001.root')).toEqual(['z/0002.root', 'z/0010.root'])
      expect(await keysOf(store, 'nothing/here/')).toEqual([])
    })

    test('listing after any key gives exactly the later keys', async () => {
      const store = await open()
      const part = fc.stringMatching(/^[ab][ab.\-_]{0,2}$/)
      const names = fc.sample(
        fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}/leaf`),
        { numRuns: 40, seed: 7 },
      )
      const sorted = [...new Set(names)].sort((x, y) => (x < y ? -1 : 1))
      for (const key of sorted) await store.create(key, text('x'))
      for (const after of ['a', 'a/a', ...sorted]) expect(await keysOf(store, '', after)).toEqual(sorted.filter((key) => key > after))
    })

    test('the listing tells sizes', async () => {
      const store = await open()
      await store.create('size/5', text('12345'))
      for await (const ref of store.list('size/')) expect(ref).toMatchObject({ key: 'size/5', sizeBytes: 5 })
    })

    test('giving back what never ended touches nothing that did', async () => {
      const store = await open()
      await store.create('done/x', text('x'))
      const hour = 3_600_000
      expect(await store.abortUnfinished(new Date(systemClock.now().getTime() - hour))).toBe(0)
      expect(await store.abortUnfinished(new Date(systemClock.now().getTime() + hour))).toBe(0)
      expect(Buffer.from(await store.read({ key: 'done/x' })).toString()).toBe('x')
    })

    test('what was listed or looked at says when it was made', async () => {
      const store = await open()
      await store.create('when/x', text('x'))
      const { lastModified } = await store.stat({ key: 'when/x' })
      // A minute each way: the store's clock is its own, and some know whole seconds only.
      const age = systemClock.now().getTime() - (lastModified?.getTime() ?? 0)
      expect(Math.abs(age)).toBeLessThan(60_000)
      expect((await versionsOf(store, 'when/'))[0]?.lastModified).toEqual(lastModified)
      for await (const ref of store.list('when/')) expect(ref.lastModified).toEqual(lastModified)
    })

    test('the versions of what was made once are what is listed', async () => {
      const store = await open()
      for (const key of ['v/b', 'v/a/c', 'v/a-b', 'w']) await store.create(key, text(key))
      const versions = await versionsOf(store, 'v/')
      expect(versions.map(({ key }) => key)).toEqual(['v/a-b', 'v/a/c', 'v/b'])
      for (const { key, deleted, latest, sizeBytes } of versions)
        expect({ deleted, latest, sizeBytes }).toEqual({ deleted: false, latest: true, sizeBytes: key.length })
    })

    test('where versions are kept a removed and remade key shows each of them, the newest first, and each can be read and removed', async () => {
      const store = await open()
      if (!store.abilities.versions) return
      await store.create('k', text('first'))
      await store.remove({ key: 'k' })
      await store.create('k', text('second!'))
      const versions = await versionsOf(store, 'k')
      expect(versions.filter(({ deleted }) => !deleted).map(({ sizeBytes, latest }) => [sizeBytes, latest])).toEqual([
        [7, true],
        [5, false],
      ])
      const [, first] = versions.filter(({ deleted }) => !deleted)
      expect(Buffer.from(await store.read(first ?? { key: 'k' })).toString()).toBe('first')
      expect(Buffer.from(await asWritten(store).read({ key: 'k' })).toString()).toBe('first')
      if (!removesVersions) return
      for (const version of versions) await store.remove(version)
      expect(await versionsOf(store, 'k')).toEqual([])
    })

    test('a lock is extended, never shortened, and the locked version stays', async () => {
      const store = await open()
      const ref = await store.create('locked/x', text('x'))
      const [day, week] = [1, 7].map((days) => new Date(systemClock.now().getTime() + days * 86_400_000)) as [Date, Date]
      expect(await store.retainedUntil(ref)).toBeUndefined()
      await store.retain(ref, week)
      await store.retain(ref, day)
      const until = await store.retainedUntil(ref)
      if (!store.abilities.retention) return expect(until).toBeUndefined()
      expect(until?.getTime()).toBeGreaterThanOrEqual(week.getTime())
      const refusal = await store.remove(ref).catch((error) => error)
      expect(refusal).toBeInstanceOf(Retained)
      expect(refusal.until).toEqual(until)
      expect(Buffer.from(await store.read(ref)).toString()).toBe('x')
    })

    test('what is not there can be neither locked nor asked for its lock', async () => {
      const store = await open()
      await expect(store.retain({ key: 'none' }, systemClock.now())).rejects.toBeInstanceOf(NotFound)
      await expect(store.retainedUntil({ key: 'none' })).rejects.toBeInstanceOf(NotFound)
    })

    test.each(hostileKeys.map((key) => [JSON.stringify(key.slice(0, 20)), key] as const))(
      'the hostile key %s is refused by every method',
      async (_, key) => {
        const store = await open()
        await expect(store.create(key, text('x'))).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.createFrom(key, chunks(text('x')))).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.read({ key })).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.stat({ key })).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.remove({ key })).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.retain({ key }, systemClock.now())).rejects.toBeInstanceOf(InvalidKey)
        await expect(store.retainedUntil({ key })).rejects.toBeInstanceOf(InvalidKey)
        if (key !== '' && key !== 'a/') await expect(keysOf(store, key)).rejects.toBeInstanceOf(InvalidKey)
      },
    )
  })
}

const hostileKeys = [
  '',
  '/',
  'a/',
  '/etc/passwd',
  '../outside',
  'a/../../outside',
  'a/./b',
  'a//b',
  '.hidden',
  'a/.tmp/b',
  'a\\..\\b',
  'a\0b',
  'a\nb',
  'a b',
  'ä',
  'C:x',
  'a'.repeat(256),
  'a/'.repeat(451).concat('a'),
]
