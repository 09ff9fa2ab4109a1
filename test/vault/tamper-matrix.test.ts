/** Every kind of object in a vault, changed in every way there is: a typed error that names it, and never a byte that was not stored. */
import { beforeAll, describe, expect, test } from 'vitest'
import { IntegrityError, VaultError } from '../../activities/vault/index.ts'
import { all, backUp, memoryStore, noise, openTestDrive, openTestVault } from './support/vaults.ts'

const mebibyte = 1 << 20
const file = (name: string) => Buffer.from(`what ${name} says`)
const generations = [
  { a: file('a'), b: file('b'), big: noise(9 * mebibyte, 'big') },
  { a: file('a again'), c: file('c'), big: noise(9 * mebibyte, 'big again') },
  { d: noise(2 * mebibyte + 5, 'd'), e: file('e') },
]

type Objects = Map<string, Uint8Array>
let objects: Objects
let others: { readonly drive: Objects; readonly account: Objects }

/** The same three generations, so that what is put in another's place has the same shape. */
async function build(accountId: string, driveId: string): Promise<Objects> {
  const store = memoryStore()
  const drive = (await openTestVault(store, accountId)).drive(driveId)
  for (const [gen, files] of generations.entries()) await backUp(drive, gen, files)
  return store.objects
}

beforeAll(async () => {
  objects = await build('acme', '0AFinance')
  others = { drive: await build('acme', '0AOther'), account: await build('evil', '0AFinance') }
})

const kinds = { config: /config/, key: /keys\//, pack: /packs/, object: /objs/, index: /idx/, manifest: /seg/, root: /root$/ }
type Kind = keyof typeof kinds
const keysOf = (kind: Kind, from: Objects = objects) => [...from.keys()].filter((key) => kinds[kind].test(key)).sort()
const nth = (kind: Kind, n: number, from?: Objects) => keysOf(kind, from).at(n) ?? 'none'
const bodyOf = (key: string, from: Objects = objects) => Buffer.from(from.get(key) ?? [])

/** Reads every byte of every snapshot; what came out, and the error that ended it. */
async function readAll(damaged: Objects): Promise<{ readonly error: unknown }> {
  try {
    const drive = await openTestDrive(memoryStore(new Map(damaged)))
    for (const { gen } of await all(drive.roots())) {
      const snapshot = await drive.snapshot(gen)
      for (const { id, content } of await all(snapshot.rows())) {
        const truth = generations.slice(0, gen).findLast((files) => id in files)?.[id as 'a'] ?? Buffer.alloc(0)
        let at = 0
        if (content)
          for await (const part of snapshot.readBlob(content)) {
            expect(truth.subarray(at, at + part.length).equals(part)).toBe(true)
            at += part.length
          }
        expect(await snapshot.row(id)).toBeDefined()
      }
      await snapshot.stateHash()
    }
    return { error: undefined }
  } catch (error) {
    return { error }
  }
}

async function namesOneOf(damaged: Objects, keys: readonly string[]): Promise<void> {
  const { error } = await readAll(damaged)
  expect(error).toBeInstanceOf(VaultError)
  const said = `${(error as Error).message} ${error instanceof IntegrityError ? error.objectKey : ''}`
  expect(
    keys.filter((key) => said.includes(key.split('/').at(-1) ?? key)),
    said,
  ).not.toEqual([])
}

const put = (changes: Readonly<Record<string, Uint8Array | undefined>>): Objects => {
  const damaged = new Map(objects)
  for (const [key, body] of Object.entries(changes)) body ? damaged.set(key, body) : damaged.delete(key)
  return damaged
}

test('the untouched vault reads', async () => {
  expect(await readAll(objects)).toEqual({ error: undefined })
})

const every = Object.keys(kinds) as Kind[]
const sealed: readonly Kind[] = ['pack', 'object', 'index', 'manifest', 'root']
const several: readonly Kind[] = ['pack', 'object', 'index', 'manifest', 'root']

describe.each(every)('P2 a %s', (kind) => {
  test('that was emptied, or replaced by other bytes of its length, is named', async () => {
    const key = nth(kind, 0)
    await namesOneOf(put({ [key]: Buffer.alloc(0) }), [key])
    await namesOneOf(put({ [key]: noise(bodyOf(key).length, 'forged') }), [key])
    await namesOneOf(put({ [key]: Buffer.alloc(bodyOf(key).length) }), [key])
  })

  test('of another drive, or of another account, in its place is named', async () => {
    const key = nth(kind, 0)
    for (const other of [others.drive, others.account]) {
      const body = bodyOf(nth(kind, 0, other), other)
      // The configuration of an account is one for all of its drives.
      if (!body.equals(bodyOf(key)) && !(kind === 'config' && other === others.drive)) await namesOneOf(put({ [key]: body }), [key])
    }
  })

  test('in whose place lies an object of any other kind is named', async () => {
    const key = nth(kind, 0)
    for (const other of every) if (other !== kind) await namesOneOf(put({ [key]: bodyOf(nth(other, 0)) }), [key])
  })
})

describe.each(sealed)('P2 a %s', (kind) => {
  test('that was cut short at any of many places is named', async () => {
    // The largest: of a small pack or object the end is its directory, which is read only when the indexes are lost.
    const [key = 'none'] = keysOf(kind).sort((a, b) => bodyOf(b).length - bodyOf(a).length)
    const body = bodyOf(key)
    for (let part = 0; part < 12; part += 1)
      await namesOneOf(put({ [key]: body.subarray(0, Math.floor((body.length * part) / 12)) }), [key])
  })

  test('that was deleted is named', async () => {
    const key = nth(kind, 0)
    await namesOneOf(put({ [key]: undefined }), [key])
  })

  test('whose frames were put into another order, or repeated, is named', async () => {
    const key = nth(kind, 0)
    const body = bodyOf(key)
    const frames = framesOf(body)
    const head = body.subarray(0, 72)
    const [one = head, two = head] = frames
    const rest = frames.slice(2)
    if (frames.length > 1) await namesOneOf(put({ [key]: Buffer.concat([head, two, one, ...rest, tailOf(body)]) }), [key])
    await namesOneOf(put({ [key]: Buffer.concat([head, one, one, ...frames.slice(1), tailOf(body)]) }), [key])
  })
})

describe.each(several)('P2 two of the %ss', (kind) => {
  test('that have changed places are named', async () => {
    const [one, two] = [nth(kind, 0), nth(kind, 1)]
    await namesOneOf(put({ [one]: bodyOf(two), [two]: bodyOf(one) }), [one, two])
  })

  test('of which one was rolled back to the other are named', async () => {
    const [older, newer] = [nth(kind, 0), nth(kind, -1)]
    if (older !== newer) await namesOneOf(put({ [newer]: bodyOf(older) }), [newer])
  })
})

test('P2 the drive key that was deleted is named', async () => {
  const key = nth('key', 0)
  await namesOneOf(put({ [key]: undefined }), [key])
})

test('P2 a configuration that was deleted while there are drives is named, and no other is made in its place', async () => {
  const key = nth('config', 0)
  await namesOneOf(put({ [key]: undefined }), [key])
})

/** The sealed frames behind the header, without the trailer that packs, objects and segments have. */
function framesOf(body: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 72; at + 4 <= body.length - tailOf(body).length; ) {
    const length = 4 + body.readUInt32BE(at)
    frames.push(body.subarray(at, at + length))
    at += length
  }
  return frames
}

function tailOf(body: Buffer): Buffer {
  return body.subarray(-4).toString('latin1') === 'BKSE' ? body.subarray(-20) : Buffer.alloc(0)
}
