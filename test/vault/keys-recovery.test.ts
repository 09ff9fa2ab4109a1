import { beforeEach, expect, test } from 'vitest'
import { IntegrityError, InvalidInput, KeyUnavailable, type Kms, recoveryHolder } from '../../activities/vault/index.ts'
import { finishRecoveryKey, rotateAccountKey, setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { checkHolder } from '../../activities/vault/keys/check-holder.ts'
import { recipientOf, recipientOfKey } from '../../activities/vault/keys/recovery-key.ts'
import { accountKey, keyDeps, openWith, recoveryKey, type TestRecovery } from './support/keyrings.ts'
import { backUp, contentsOf, type MemoryStore, memoryStore } from './support/vaults.ts'

let store: MemoryStore
let kms: Kms
let recovery: TestRecovery
const context = { purpose: 'test', accountId: 'acme' }

beforeEach(async () => {
  store = memoryStore()
  kms = accountKey()
  recovery = await recoveryKey()
  const vault = await openWith(store, kms)
  await backUp(vault.drive('d1'), 0, { a: Buffer.from('one') })
  await backUp(vault.drive('d2'), 0, { a: Buffer.from('two') })
})

const keyNames = () => [...store.objects.keys()].filter((key) => key.includes('/keys/')).sort()

test('a recovery key that was set later opens everything that was stored before, without the account key', async () => {
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const vault = await openWith(store, recovery.holder)
  expect(await contentsOf(vault.drive('d1'), 1)).toEqual({ a: Buffer.from('one') })
  expect(await contentsOf(vault.drive('d2'), 1)).toEqual({ a: Buffer.from('two') })
})

test('the keys of drives that come later are wrapped for the recovery key too', async () => {
  const running = await openWith(store, kms)
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  await backUp(running.drive('d3'), 0, { a: Buffer.from('three') })
  expect(await contentsOf((await openWith(store, recovery.holder)).drive('d3'), 1)).toEqual({ a: Buffer.from('three') })
})

test('setting a recovery key that was cut off at any write is finished by repeating it', async () => {
  const names: number[] = []
  for (let left = 0; left < 5; left++) {
    const cut = memoryStore(new Map(store.objects))
    let writes = left
    const create = async (key: string, body: Uint8Array) => {
      if (writes-- <= 0) throw new Error('killed')
      return cut.create(key, body)
    }
    const ended = await setRecoveryKey(keyDeps({ ...cut, create }, kms), recovery.public).then(
      () => 'done',
      (error) => error.message,
    )
    // The account key opens everything at every moment.
    expect((await checkHolder(keyDeps(cut, kms))).failures).toEqual([])
    if (ended === 'killed' && left > 0) await finishRecoveryKey(keyDeps(cut, kms))
    else await setRecoveryKey(keyDeps(cut, kms), recovery.public)
    const check = await checkHolder(keyDeps(cut, recovery.holder))
    expect(check).toMatchObject({ opened: 2, failures: [] })
    names.push(ended === 'done' ? 1 : 0)
  }
  expect(names).toEqual([0, 0, 0, 1, 1])
})

test('setting it again changes nothing', async () => {
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const before = [...store.objects.keys()].sort()
  expect(await setRecoveryKey(keyDeps(store, kms), recovery.public)).toMatchObject({ documents: 2, written: 0, removed: 0 })
  expect([...store.objects.keys()].sort()).toEqual(before)
})

test('a replaced recovery key opens nothing any more, and the new one everything', async () => {
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const next = await recoveryKey()
  await setRecoveryKey(keyDeps(store, kms), next.public)
  await expect(openWith(store, recovery.holder)).rejects.toThrow(KeyUnavailable)
  await expect(openWith(store, recovery.holder)).rejects.toThrow(`Its recovery key is the one of ${next.public.recipient}.`)
  for (const key of keyNames()) expect(Buffer.from(store.objects.get(key) ?? []).toString()).not.toContain(recovery.public.recipient)
  expect(await checkHolder(keyDeps(store, next.holder))).toMatchObject({ opened: 2, failures: [] })
  expect(await checkHolder(keyDeps(store, kms))).toMatchObject({ opened: 2, failures: [] })
})

test('a wrong recovery key is told which one the vault has, or that it has none', async () => {
  await expect(openWith(store, recovery.holder)).rejects.toThrow('It has no recovery key; only its account key opens it.')
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const wrong = await recoveryKey()
  await expect(openWith(store, wrong.holder)).rejects.toBeInstanceOf(KeyUnavailable)
  await expect(openWith(store, wrong.holder)).rejects.toThrow(recovery.public.recipient)
})

test('a recovery key that was mistyped is refused without being repeated in the message', async () => {
  const typo = recovery.secret.replace(/.$/, (last) => (last === 'Q' ? 'P' : 'Q'))
  for (const text of [typo, recovery.secret.slice(0, -1), 'AGE-SECRET-KEY-PQ-1ABC', '', recovery.public.recipient]) {
    const error = await recoveryHolder(text).catch((thrown) => thrown)
    expect(error, text).toBeInstanceOf(KeyUnavailable)
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(text.slice(16, 40) || 'AGE-SECRET-KEY-1Q')
  }
})

test('a recovery key is understood as people type it: in small letters, with spaces and line breaks', async () => {
  const typed = recovery.secret.toLowerCase().replace(/(.{10})/g, '$1 \n')
  expect(await recipientOfKey(typed)).toEqual(recovery.public)
})

test('a wrap for the recovery key that someone without the account key has made is refused', async () => {
  const wrapped = await recipientOf({ recipient: recovery.public.recipient, authKey: Buffer.alloc(32, 7) }).wrap(
    Buffer.from('forged'),
    context,
  )
  await expect(recovery.holder.unwrap([wrapped], context)).rejects.toBeInstanceOf(IntegrityError)
})

test('the vault opened with the recovery key makes no key for a new drive', async () => {
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const before = keyNames()
  const vault = await openWith(store, recovery.holder)
  await expect(vault.drive('d9').writer('s')).rejects.toThrow('New keys of this vault are for the account key local:')
  expect(keyNames()).toEqual(before)
})

test('a recovery key is not set while the account key is being changed', async () => {
  await rotateAccountKey(keyDeps(store, kms), accountKey())
  await expect(setRecoveryKey(keyDeps(store, kms), recovery.public)).rejects.toBeInstanceOf(InvalidInput)
})

test('with the account key lost, the recovery key makes another one the account key', async () => {
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const next = accountKey()
  await rotateAccountKey(keyDeps(store, recovery.holder), next)
  const vault = await openWith(store, next)
  expect(await contentsOf(vault.drive('d1'), 1)).toEqual({ a: Buffer.from('one') })
  await backUp(vault.drive('d1'), 1, { b: Buffer.from('more') })
  await backUp(vault.drive('d4'), 0, { a: Buffer.from('four') })
  expect(await contentsOf((await openWith(store, recovery.holder)).drive('d4'), 1)).toEqual({ a: Buffer.from('four') })
})
