import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { type DriveVault, IntegrityError, type Root, VaultError } from '../../activities/vault/index.ts'
import {
  all,
  backUp,
  chunked,
  collect,
  type MemoryStore,
  memoryStore,
  noise,
  openTestDrive,
  request,
  row,
  stream,
} from './support/vaults.ts'

const mebibyte = 1 << 20
const files = { a: Buffer.from('the first secret'), b: noise(3 * mebibyte + 11, 'b'), c: noise(9 * mebibyte + 5, 'c') }
const changed = { a: Buffer.from('the second secret'), d: Buffer.alloc(200_000, 'compressible ') }

/** Two generations: packs, an object, base and delta segments, indexes, roots, keys and configuration. Built once; tests work on copies. */
const built = (async () => {
  const store = memoryStore()
  const drive = await openTestDrive(store)
  const first = await backUp(drive, 0, files)
  const second = await backUp(drive, 1, changed)
  return { objects: store.objects, first, second }
})()

let store: MemoryStore
let first: Root
let second: Root
const reopen = (): Promise<DriveVault> => openTestDrive(store)

beforeEach(async () => {
  const vault = await built
  store = memoryStore(new Map(vault.objects))
  ;({ first, second } = vault)
})

const keysLike = (pattern: RegExp) => [...store.objects.keys()].filter((key) => pattern.test(key)).sort()
const only = (pattern: RegExp) => keysLike(pattern)[0] ?? 'none'
const bodyOf = (key: string) => Buffer.from(store.objects.get(key) ?? [])

/** Reads all there is, through every way in: chain, rows, point reads, whole contents, ranges. Returns what it was able to read. */
async function readAll(): Promise<{ released: { id: string; gen: number; bytes: Buffer }[]; error: unknown }> {
  const released: { id: string; gen: number; bytes: Buffer }[] = []
  try {
    const drive = await reopen()
    await drive.audit()
    for (const gen of [1, 2]) {
      const snapshot = await drive.snapshot(gen)
      const rows = await all(snapshot.rows())
      await snapshot.stateHash()
      for (const { id, content } of rows) {
        expect(await snapshot.row(id)).toBeDefined()
        if (!content) continue
        const parts: Uint8Array[] = []
        try {
          for await (const part of snapshot.readBlob(content)) parts.push(Buffer.from(part))
          for await (const part of snapshot.readBlob(content, { start: content.size - 1 })) expect(part).toHaveLength(1)
        } finally {
          released.push({ id, gen, bytes: Buffer.concat(parts) })
        }
      }
    }
    return { released, error: undefined }
  } catch (error) {
    return { released, error }
  }
}

/** Whatever came out before the error was stored there: a prefix of the true bytes. */
function expectOnlyTruth(released: { id: string; gen: number; bytes: Buffer }[]): void {
  for (const { id, gen, bytes } of released) {
    const truth: Buffer = gen === 2 ? ({ ...files, ...changed }[id as 'a'] ?? Buffer.alloc(0)) : (files[id as 'a'] ?? Buffer.alloc(0))
    expect(truth.subarray(0, bytes.length).equals(bytes)).toBe(true)
  }
}

test('an untouched vault reads without error', async () => {
  const { released, error } = await readAll()
  expect(error).toBeUndefined()
  expect(released).toHaveLength(7)
})

describe('P1 a changed byte is never decrypted', () => {
  const kinds = { config: /config/, 'drive key': /keys/, pack: /packs/, object: /objs/, index: /idx/, manifest: /seg/, root: /root$/ }

  test.each(Object.entries(kinds))('P1 any changed byte of any %s is a typed error, and nothing wrong is released', async (_, pattern) => {
    const keys = keysLike(pattern)
    const position = fc.record({
      key: fc.constantFrom(...keys),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      flip: fc.integer({ min: 1, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(position, async ({ key, at, flip }) => {
        const original = bodyOf(key)
        const damaged = Buffer.from(original)
        const where = Math.floor(at * damaged.length)
        damaged.writeUInt8(damaged.readUInt8(where) ^ flip, where)
        store.objects.set(key, damaged)
        const { released, error } = await readAll()
        store.objects.set(key, original)
        expectOnlyTruth(released)
        // A pack's directory serves only when indexes are lost: reading does not depend on it, so damage there may go unseen here.
        if (!isUnread(key, original, where)) expect(error).toBeInstanceOf(VaultError)
      }),
      { numRuns: /objs|packs/.test(String(pattern)) ? 25 : 60 },
    )
  })

  test('P1 every byte of a root, changed one by one, is a typed error', async () => {
    const key = only(/2\.root/)
    const original = bodyOf(key)
    for (let at = 0; at < original.length; at += 1) {
      const damaged = Buffer.from(original)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      store.objects.set(key, damaged)
      await expect((await reopen()).root(2)).rejects.toBeInstanceOf(VaultError)
    }
  })

  test('P1 every byte of an index and of a manifest segment, changed one by one, is an IntegrityError or names a newer format', async () => {
    for (const key of [only(/idx/), only(/seg/)]) {
      const original = bodyOf(key)
      for (let at = 0; at < original.length; at += 1) {
        const damaged = Buffer.from(original)
        damaged.writeUInt8(damaged.readUInt8(at) ^ 0x80, at)
        store.objects.set(key, damaged)
        const { error } = await readAllRows()
        expect(error, `byte ${at} of ${key}`).toBeInstanceOf(at === 4 ? VaultError : IntegrityError)
      }
      store.objects.set(key, original)
    }
  })
})

async function readAllRows(): Promise<{ error: unknown }> {
  try {
    const snapshot = await (await reopen()).snapshot(2)
    for await (const { content } of snapshot.rows()) for (const { blobId } of content?.segments ?? []) await snapshot.locate(blobId)
    return { error: undefined }
  } catch (error) {
    return { error }
  }
}

function isUnread(key: string, body: Buffer, where: number): boolean {
  return key.includes('packs/') && where >= Number(body.readBigUInt64BE(body.length - 20))
}

describe('P2 what is missing, cut, swapped or rolled back is named', () => {
  const failsNaming = async (key: string) => {
    const { released, error } = await readAll()
    expect(error).toBeInstanceOf(IntegrityError)
    expect((error as IntegrityError).objectKey).toBe(key)
    expectOnlyTruth(released)
  }

  test.each([
    ['pack', /packs/],
    ['object', /objs/],
    ['index', /idx/],
    ['manifest', /seg/],
  ] as const)('P2 a deleted %s is named', async (_, pattern) => {
    const key = only(pattern)
    store.objects.delete(key)
    await failsNaming(key)
  })

  test.each([
    ['object', /objs/],
    ['index', /idx/],
    ['manifest', /seg/],
    ['root', /2\.root/],
  ] as const)('P2 a %s that was cut anywhere is named', async (_, pattern) => {
    const key = only(pattern)
    const body = bodyOf(key)
    for (const keep of [0, 1, 71, 72, 100, body.length >> 1, body.length - 21, body.length - 1]) {
      store.objects.set(key, body.subarray(0, keep))
      await failsNaming(key)
    }
  })

  test.each([
    ['packs', /packs/],
    ['indexes', /idx/],
    ['manifest segments', /seg/],
  ] as const)('P2 two swapped %s are noticed', async (_, pattern) => {
    const [one = '', two = ''] = keysLike(pattern)
    const [bodyOne, bodyTwo] = [bodyOf(one), bodyOf(two)]
    store.objects.set(one, bodyTwo)
    store.objects.set(two, bodyOne)
    expect((await readAll()).error).toBeInstanceOf(IntegrityError)
  })

  test('P2 reordered frames of an object are noticed', async () => {
    const key = only(/objs/)
    const body = bodyOf(key)
    const length = 4 + body.readUInt32BE(72)
    const [one, two] = [body.subarray(72, 72 + length), body.subarray(72 + length, 72 + 2 * length)]
    store.objects.set(key, Buffer.concat([body.subarray(0, 72), two, one, body.subarray(72 + 2 * length)]))
    await failsNaming(key)
  })

  test('P2 an older root in the place of a newer one is named', async () => {
    store.objects.set(only(/2\.root/), bodyOf(only(/1\.root/)))
    await failsNaming(only(/2\.root/))
  })

  test('P2 the root of another drive in the place of ours is named', async () => {
    const other = await openTestDrive(store, 'other')
    await other.commit(request({ rows: stream([row('x')]) }))
    store.objects.set(only(/0AFinance.*1\.root/), bodyOf(only(/other.*1\.root/)))
    await failsNaming(only(/0AFinance.*1\.root/))
  })

  test('P2 a missing older root is named by the walk of the chain', async () => {
    const key = only(/1\.root/)
    store.objects.delete(key)
    await failsNaming(key)
  })

  test('P2 a history that was begun anew is noticed by its chain', async () => {
    const key = only(/1\.root/)
    store.objects.delete(key)
    store.objects.delete(only(/2\.root/))
    const drive = await reopen()
    await backUp(drive, 0, { a: Buffer.from('forged') })
    await expect(drive.audit(first)).rejects.toMatchObject({ name: 'IntegrityError', objectKey: key })
  })

  test('P2 the newest snapshot taken away is noticed by whoever remembers it', async () => {
    const key = only(/2\.root/)
    store.objects.delete(key)
    const drive = await reopen()
    expect(await drive.audit()).toEqual({ gen: 1, hash: first.hash })
    await expect(drive.audit(second)).rejects.toMatchObject({ name: 'IntegrityError', objectKey: key })
  })

  test('P2 the index cannot pass one blob off as another', async () => {
    const drive = await reopen()
    const writer = await drive.writer('liar')
    const [good, bad] = [Buffer.from('good bytes'), Buffer.from('evil bytes')]
    const content = await writer.putBlob(chunked(good), { mimeType: 'a/b' })
    const other = await writer.putBlob(chunked(bad), { mimeType: 'a/b' })
    const entries = (await writer.flush()).flatMap((container) => container.entries)
    const swapped = entries.map((entry) => ({ ...entry, blobId: entry.blobId === content.blobId ? other.blobId : content.blobId }))
    await drive.commit(
      request({ sessionId: 'liar', parentGen: 2, mode: 'full', rows: stream([row('x', { content })]), blobEntries: swapped }),
    )
    await expect(collect((await drive.snapshot(3)).readBlob(content))).rejects.toBeInstanceOf(IntegrityError)
  })
})
