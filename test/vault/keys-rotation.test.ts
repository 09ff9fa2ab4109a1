import { beforeEach, expect, test } from 'vitest'
import { IntegrityError, KeyUnavailable, type Kms, type ObjectStore, Retained } from '../../activities/vault/index.ts'
import { forgetOldKeys, rotateAccountKey, setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { checkHolder } from '../../activities/vault/keys/check-holder.ts'
import { accountKey, keyDeps, openWith, recoveryKey, type TestRecovery } from './support/keyrings.ts'
import { backUp, contentsOf, type MemoryStore, memoryStore } from './support/vaults.ts'

let store: MemoryStore
let old: Kms
let next: Kms
let recovery: TestRecovery
const one = { a: Buffer.from('one') }

beforeEach(async () => {
  store = memoryStore()
  old = accountKey()
  next = accountKey()
  recovery = await recoveryKey()
  const vault = await openWith(store, old)
  await backUp(vault.drive('d1'), 0, one)
  await backUp(vault.drive('d2'), 0, { a: Buffer.from('two') })
  await setRecoveryKey(keyDeps(store, old), recovery.public)
})

/** The store as it is, which fails for good after `left` writes or removals. */
function dyingStore(objects: Map<string, Uint8Array>, left: number): MemoryStore & { readonly died: () => boolean } {
  const inner = memoryStore(objects)
  let dead = false
  const spend = () => {
    dead ||= left-- <= 0
    if (dead) throw new Error('killed')
  }
  return {
    ...inner,
    died: () => dead,
    create: async (key, body) => {
      spend()
      return inner.create(key, body)
    },
    remove: async (address) => {
      spend()
      return inner.remove(address)
    },
  }
}

const opensAll = async (at: ObjectStore, kms: Kms) => {
  const { opened, failures } = await checkHolder(keyDeps(at, kms))
  return failures.length === 0 && opened === 2
}

test('after a rotation the new key, the old one and the recovery key open everything', async () => {
  expect(await rotateAccountKey(keyDeps(store, old), next)).toEqual({ documents: 2, written: 2 })
  for (const kms of [old, next, recovery.holder]) expect(await contentsOf((await openWith(store, kms)).drive('d1'), 1)).toEqual(one)
})

test('after the old key is forgotten only the new one and the recovery key open anything', async () => {
  await rotateAccountKey(keyDeps(store, old), next)
  await forgetOldKeys(keyDeps(store, next))
  for (const kms of [next, recovery.holder]) expect(await opensAll(store, kms)).toBe(true)
  await expect(openWith(store, old)).rejects.toBeInstanceOf(KeyUnavailable)
  const name = await old.recipient()
  for (const [key, body] of store.objects) if (key.endsWith('.json')) expect(Buffer.from(body).toString(), key).not.toContain(name)
})

test('a rotation that was killed at any write is finished by repeating it, and until then both the old key and the recovery key open everything', async () => {
  let left = 0
  for (; ; left++) {
    const dying = dyingStore(new Map(store.objects), left)
    await rotateAccountKey(keyDeps(dying, old), next).catch((error) => expect(error.message).toBe('killed'))
    for (const kms of [old, recovery.holder]) expect(await opensAll(dying, kms), `after ${left} writes`).toBe(true)
    const alive = memoryStore(dying.objects)
    await rotateAccountKey(keyDeps(alive, old), next)
    for (const kms of [old, next, recovery.holder]) expect(await opensAll(alive, kms)).toBe(true)
    if (!dying.died()) break
  }
  expect(left).toBe(3)
})

test('forgetting that was killed at any write or removal is finished by repeating it, and never leaves anything without the new key', async () => {
  await rotateAccountKey(keyDeps(store, old), next)
  let left = 0
  for (; ; left++) {
    const dying = dyingStore(new Map(store.objects), left)
    await forgetOldKeys(keyDeps(dying, next)).catch((error) => expect(error.message).toBe('killed'))
    for (const kms of [next, recovery.holder]) expect(await opensAll(dying, kms), `after ${left} writes`).toBe(true)
    const alive = memoryStore(dying.objects)
    await forgetOldKeys(keyDeps(alive, next))
    expect(await opensAll(alive, next)).toBe(true)
    await expect(openWith(alive, old)).rejects.toBeInstanceOf(KeyUnavailable)
    if (!dying.died()) break
  }
  expect(left).toBeGreaterThan(6)
})

test('the old key is not forgotten while one drive still needs it, and nothing is removed', async () => {
  // A backup with the old key runs on, with a configuration from before, and makes the key of a third drive.
  const before = memoryStore(new Map(store.objects))
  await backUp((await openWith(before, old)).drive('d3'), 0, { a: Buffer.from('three') })
  await rotateAccountKey(keyDeps(store, old), next)
  for (const [key, body] of before.objects) if (!store.objects.has(key)) store.objects.set(key, body)
  const there = [...store.objects.keys()].sort()
  await expect(forgetOldKeys(keyDeps(store, next))).rejects.toThrow(
    'Nothing was removed. Finish the change with  backstop vault keys rotate  first.',
  )
  expect([...store.objects.keys()].sort()).toEqual(there)
  await rotateAccountKey(keyDeps(store, old), next)
  await forgetOldKeys(keyDeps(store, next))
  expect(await contentsOf((await openWith(store, next)).drive('d3'), 1)).toEqual({ a: Buffer.from('three') })
})

test('a worker that still runs with the old key makes no key for a new drive, and says why', async () => {
  const running = await openWith(store, old)
  await rotateAccountKey(keyDeps(store, old), next)
  await expect(backUp(running.drive('d3'), 0, one)).rejects.toThrow(
    `New keys of this vault are for the account key ${await next.recipient()}`,
  )
  await backUp(running.drive('d1'), 1, { b: Buffer.from('goes on') })
})

test('only the account key in use can start the next change', async () => {
  await rotateAccountKey(keyDeps(store, old), next)
  await expect(rotateAccountKey(keyDeps(store, old), accountKey())).rejects.toBeInstanceOf(KeyUnavailable)
  await expect(forgetOldKeys(keyDeps(store, old))).rejects.toBeInstanceOf(KeyUnavailable)
  const third = accountKey()
  await rotateAccountKey(keyDeps(store, next), third)
  expect(await opensAll(store, third)).toBe(true)
})

test('what the store has locked is said, with its date, and everything else is forgotten', async () => {
  await rotateAccountKey(keyDeps(store, old), next)
  const locked = [...store.objects.keys()].find((key) => /keys\/[0-9a-f]{32}\.json$/.test(key)) ?? ''
  const until = new Date('2027-01-01T00:00:00Z')
  const remove: ObjectStore['remove'] = async (address) => {
    if (address.key === locked) throw new Retained(address.key, until)
    return store.remove(address)
  }
  const done = await forgetOldKeys(keyDeps({ ...store, remove }, next))
  expect(done.locked).toEqual([{ key: locked, until }])
  expect(done.removed).toBeGreaterThan(3)
})

test('a later configuration that does not open stops whatever would write, and nothing that reads', async () => {
  const junk = 'v1/t/acme/config.00000009.json'
  await store.create(junk, store.objects.get('v1/t/acme/config.00000001.json') ?? Buffer.alloc(0))
  const vault = await openWith(store, old)
  expect(await contentsOf(vault.drive('d1'), 1)).toEqual(one)
  await expect(backUp(vault.drive('d1'), 1, one)).rejects.toThrow(junk)
  await expect(backUp(vault.drive('d1'), 1, one)).rejects.toBeInstanceOf(IntegrityError)
  await expect(rotateAccountKey(keyDeps(store, old), next)).rejects.toBeInstanceOf(IntegrityError)
})

test('a rotation heals a key document whose newest revision was damaged', async () => {
  const key = [...store.objects.keys()].find((name) => /keys\/[0-9a-f]{32}\.00000001\.json$/.test(name)) ?? ''
  store.objects.set(key, Buffer.from('{}'))
  expect((await checkHolder(keyDeps(store, old))).failures).toEqual([`${key} does not open; an older revision of it does.`])
  await rotateAccountKey(keyDeps(store, old), next)
  for (const kms of [old, next, recovery.holder]) expect(await opensAll(store, kms)).toBe(true)
})

test('a key document that is damaged in all its revisions stops a rotation by its name', async () => {
  for (const key of store.objects.keys()) if (key.includes('/keys/')) store.objects.set(key, Buffer.from('{}'))
  await expect(rotateAccountKey(keyDeps(store, old), next)).rejects.toThrow('/keys/')
  await expect(rotateAccountKey(keyDeps(store, old), next)).rejects.toBeInstanceOf(IntegrityError)
})
