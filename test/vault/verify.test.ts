import { beforeEach, describe, expect, test } from 'vitest'
import { IntegrityError, type Root } from '../../activities/vault/index.ts'
import { checkDrive, type DriveCheck } from '../../activities/vault/verify/check-drive.ts'
import { collectFindings } from '../../activities/vault/verify/findings.ts'
import { verifyAccountKeys } from '../../activities/vault/verify/presence.ts'
import { all, backUp, type MemoryStore, memoryStore, noise, openTestDrive, openTestVault, request, row, stream } from './support/vaults.ts'

const mebibyte = 1 << 20
const files = { a: Buffer.from('the first secret'), b: noise(3 * mebibyte + 11, 'b'), c: noise(9 * mebibyte + 5, 'c') }
const changed = { a: Buffer.from('the second secret'), d: Buffer.alloc(200_000, 'compressible ') }

/** Three snapshots: 1 has a, b, c; 2 a changed and d; 3 b is gone. Built once; tests work on copies. */
const built = (async () => {
  const store = memoryStore()
  const drive = await openTestDrive(store)
  await backUp(drive, 0, files)
  await backUp(drive, 1, changed)
  await drive.commit(request({ sessionId: 'run-3', parentGen: 2, rows: stream([{ id: 'b', removed: true as const }]), pageToken: '3' }))
  const heads: Root[] = await all(drive.roots())
  return { objects: store.objects, heads }
})()

let store: MemoryStore
let heads: readonly Root[]
beforeEach(async () => {
  const vault = await built
  store = memoryStore(new Map(vault.objects))
  heads = vault.heads
})

const keysLike = (pattern: RegExp) => [...store.objects.keys()].filter((key) => pattern.test(key)).sort()
const only = (pattern: RegExp) => keysLike(pattern)[0] ?? 'none'
const bodyOf = (key: string) => Buffer.from(store.objects.get(key) ?? [])

async function check(over: { readBytes?: number } = {}): Promise<DriveCheck> {
  return checkDrive(await openTestDrive(store), {
    now: new Date('2026-03-02T00:00:00Z'),
    readBytes: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    note: () => {},
    ...over,
  })
}

const named = ({ findings }: DriveCheck) => findings.list.map(({ kind, objectKey }) => ({ kind, objectKey }))

function flip(key: string, at: number): void {
  const body = bodyOf(key)
  body.writeUInt8(body.readUInt8(at) ^ 1, at)
  store.objects.set(key, body)
}

/** The pack of snapshot 1 is the larger one. */
const packOf = (gen: 1 | 2) => keysLike(/packs/).sort((x, y) => bodyOf(y).length - bodyOf(x).length)[gen - 1] ?? 'none'

test('P9 an untouched vault is read and compared whole, and nothing is found', async () => {
  const result = await check()
  expect(result.findings).toEqual({ counts: {}, list: [] })
  expect(result.read).toMatchObject({ objects: store.objects.size - 2, everything: true })
  expect(result.needed).toBe(result.read.objects)
})

test('P9 a level 0 check reads no content', async () => {
  const reads: string[] = []
  const { read } = store
  store.read = async (address, range) => {
    reads.push(address.key)
    return read(address, range)
  }
  await check({ readBytes: 0 })
  expect(reads.filter((key) => /packs|objs|seg/.test(key))).toEqual([])
})

test('P9 a budget ends the reading, and the check says that it was not everything', async () => {
  const { read } = await check({ readBytes: 1 })
  expect(read).toMatchObject({ objects: 1, everything: false })
})

describe('P2 what was deleted, replaced, reordered or rolled back is named', () => {
  test('P2 a deleted pack is named with every item and snapshot that needs it', async () => {
    const key = packOf(1)
    store.objects.delete(key)
    const { findings } = await check()
    expect(findings.list).toEqual([
      {
        kind: 'missing',
        objectKey: key,
        detail: 'it is missing',
        blobIds: [expect.any(String), expect.any(String)],
        needs: {
          snapshots: [[1, 2]],
          itemCount: 2,
          items: [
            { itemId: 'a', name: 'File a', from: 1, to: 1 },
            { itemId: 'b', name: 'File b', from: 1, to: 2 },
          ],
        },
      },
    ])
  })

  test('P2 a changed byte of one blob names the items of that blob and of no other', async () => {
    const key = packOf(1)
    flip(key, 200)
    const { findings } = await check()
    expect(findings.list).toMatchObject([{ kind: 'damaged', objectKey: key, blobIds: [expect.any(String)], needs: { itemCount: 1 } }])
  })

  test('P2 a large object that was changed names its item in every snapshot', async () => {
    flip(only(/objs/), 5_000_000)
    const { findings } = await check()
    expect(findings.list).toMatchObject([
      { kind: 'damaged', objectKey: only(/objs/), needs: { snapshots: [[1, 3]], items: [{ itemId: 'c', from: 1, to: 3 }] } },
    ])
  })

  test('P2 a damaged directory of a pack is damage, but costs no item', async () => {
    const key = packOf(1)
    flip(key, bodyOf(key).length - 30)
    const { findings } = await check()
    expect(findings.list).toMatchObject([{ kind: 'damaged', objectKey: key, blobIds: [], needs: { itemCount: 0, snapshots: [] } }])
  })

  test.each([
    ['pack', /packs/],
    ['object', /objs/],
    ['index segment', /idx/],
    ['manifest segment', /seg/],
    ['root', /2\.root/],
  ] as const)('P2 a %s that was cut is named', async (_, pattern) => {
    const key = only(pattern)
    store.objects.set(key, bodyOf(key).subarray(0, bodyOf(key).length - 1))
    const { findings } = await check()
    expect(findings.list.map(({ objectKey }) => objectKey)).toContain(key)
  })

  test.each([
    ['index segment', /idx/],
    ['manifest segment', /seg/],
  ] as const)('P2 a deleted %s is named with the snapshots that need it', async (_, pattern) => {
    const key =
      keysLike(pattern).find((one) => heads[0]?.[pattern.source === 'idx' ? 'idx' : 'base'].some(({ sha256 }) => one.endsWith(sha256))) ??
      ''
    store.objects.delete(key)
    const { findings } = await check()
    expect(findings.list.find(({ objectKey }) => objectKey === key)).toMatchObject({ kind: 'missing', needs: { snapshots: [[1, 3]] } })
  })

  test('P2 two swapped packs are both named', async () => {
    const [one = '', two = ''] = keysLike(/packs/)
    const [bodyOne, bodyTwo] = [bodyOf(one), bodyOf(two)]
    store.objects.set(one, bodyTwo)
    store.objects.set(two, bodyOne)
    expect(new Set((await check()).findings.list.map(({ objectKey }) => objectKey))).toEqual(new Set([one, two]))
  })

  test('P2 reordered frames of an object are named', async () => {
    const key = only(/objs/)
    const body = bodyOf(key)
    const length = 4 + body.readUInt32BE(72)
    const [first, second] = [body.subarray(72, 72 + length), body.subarray(72 + length, 72 + 2 * length)]
    store.objects.set(key, Buffer.concat([body.subarray(0, 72), second, first, body.subarray(72 + 2 * length)]))
    expect(named(await check())).toEqual([{ kind: 'damaged', objectKey: key }])
  })

  test('P2 a pack, an index or a manifest segment that was replaced by an older one is named', async () => {
    for (const pattern of [/packs/, /idx/, /seg/]) {
      const [older = '', newer = ''] = keysLike(pattern)
      const body = bodyOf(newer)
      store.objects.set(newer, bodyOf(older))
      expect((await check()).findings.list.map(({ objectKey }) => objectKey)).toContain(newer)
      store.objects.set(newer, body)
    }
  })

  test('P2 a root that was rolled back, and one that is missing from the middle, are named', async () => {
    const [first = '', second = ''] = keysLike(/root$/)
    const body = bodyOf(second)
    store.objects.set(second, bodyOf(first))
    expect(named(await check())).toEqual([{ kind: 'damaged', objectKey: second }])
    store.objects.set(second, body)
    store.objects.delete(second)
    expect(named(await check())).toEqual([{ kind: 'chain', objectKey: second }])
  })

  test('P2 the newest snapshot taken away is noticed by whoever remembers it, and by nobody else', async () => {
    const newest = keysLike(/root$/).at(-1) ?? ''
    store.objects.delete(newest)
    expect((await check()).findings.counts).toEqual({})
    const audit = (await openTestDrive(store)).audit(heads[2])
    await expect(audit).rejects.toBeInstanceOf(IntegrityError)
    await expect(audit).rejects.toMatchObject({ objectKey: newest })
  })

  test('P2 an index that lies about a place is caught by the object itself', async () => {
    const drive = await openTestDrive(store)
    const writer = await drive.writer('liar')
    const content = await writer.putBlob(stream([Buffer.from('good bytes')]), { mimeType: 'a/b' })
    await writer.putBlob(stream([Buffer.from('evil bytes')]), { mimeType: 'a/b' })
    const entries = (await writer.flush()).flatMap((container) => container.entries)
    const evil = entries.find(({ blobId }) => blobId !== content.blobId)
    if (!evil) throw new Error('There is only one entry.')
    await drive.commit(
      request({
        sessionId: 'liar',
        parentGen: 3,
        rows: stream([row('x', { content })]),
        blobEntries: [{ ...evil, blobId: content.blobId }],
      }),
    )
    expect((await check()).findings.list).toMatchObject([
      {
        kind: 'damaged',
        objectKey: expect.stringContaining(evil.container),
        detail: expect.stringContaining('at another place'),
        needs: { items: [{ itemId: 'x' }] },
      },
    ])
  })
})

describe('what is nothing of a vault is reported and left alone', () => {
  test('P9 a foreign object among the packs, and one beside the roots', async () => {
    const drivePrefix = 'v1/t/acme/d/0AFinance/'
    for (const key of [`${drivePrefix}packs/readme.txt`, `${drivePrefix}snap/notes`]) store.objects.set(key, Buffer.from('hello'))
    const result = await check()
    expect(result.findings.counts['foreign']).toBe(2)
    expect(store.objects.has(`${drivePrefix}packs/readme.txt`)).toBe(true)
  })

  test('P9 what a crash left behind is counted, and is no finding', async () => {
    const writer = await (await openTestDrive(store)).writer('crashed')
    await writer.putBlob(stream([Buffer.from('never committed')]), { mimeType: 'a/b' })
    await writer.flush()
    const result = await check()
    expect(result.unreferenced.count).toBe(1)
    expect(result.findings.counts).toEqual({})
  })

  test('P9 foreign objects of the account are found on both sides of its drives', async () => {
    await openTestVault(store)
    for (const key of ['v1/t/acme/a-note', 'v1/t/acme/zip/x.zip', 'v1/t/acme/attest/x.json']) store.objects.set(key, Buffer.from('x'))
    const found = collectFindings()
    await verifyAccountKeys(store, 'acme', found)
    expect(found.result().list.map(({ objectKey }) => objectKey)).toEqual(['v1/t/acme/a-note', 'v1/t/acme/zip/x.zip'])
  })
})
