/** Whatever is done to the documents with keys: a typed error or the true content, never another one, and never a secret in a message. */
import fc from 'fast-check'
import { beforeAll, expect, test, vi } from 'vitest'
import { IntegrityError, KeyUnavailable, type Kms, UnsupportedVault, VaultError } from '../../activities/vault/index.ts'
import { rotateAccountKey, setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { driveKeyKind } from '../../activities/vault/keys/drive-key-documents.ts'
import { openDocument } from '../../activities/vault/keys/open-document.ts'
import { revisionsIn } from '../../activities/vault/keys/revisions.ts'
import { accountKey, keyDeps, openWith, recoveryKey, type TestRecovery } from './support/keyrings.ts'
import { backUp, contentsOf, type MemoryStore, memoryStore } from './support/vaults.ts'

vi.setConfig({ testTimeout: 60_000 })

const files = { a: Buffer.from('the one true content') }
let whole: ReadonlyMap<string, Uint8Array>
let kms: Kms
let next: Kms
let recovery: TestRecovery
/** All secrets of the vault, as they might slip into a message. */
let secrets: readonly string[]

beforeAll(async () => {
  const store = memoryStore()
  kms = accountKey()
  next = accountKey()
  recovery = await recoveryKey()
  for (const account of ['acme', 'globex']) {
    const vault = await openWith(store, kms, account)
    for (const drive of ['d1', 'd2']) await backUp(vault.drive(drive), 0, files)
    await setRecoveryKey(keyDeps(store, kms, account), recovery.public)
    await rotateAccountKey(keyDeps(store, kms, account), next)
  }
  whole = store.objects
  const deps = keyDeps(store, kms)
  const found: Buffer[] = [Buffer.from(recovery.public.authKey)]
  for (const [, revisions] of await revisionsIn(store, deps.layout.keys)) {
    const opened = await openDocument(deps, driveKeyKind(deps), revisions)
    found.push(Buffer.from(opened?.value.secret ?? []).subarray(0, 32), Buffer.from(opened?.value.secret ?? []).subarray(32))
  }
  secrets = [recovery.secret, ...found.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('latin1')])]
})

const documents = () => [...whole.keys()].filter((key) => key.endsWith('.json')).sort()
const copy = (): MemoryStore => memoryStore(new Map(whole))
const at = (map: ReadonlyMap<string, Uint8Array>, key: string) => Buffer.from(map.get(key) ?? [])

/** Reads everything, with each holder: what comes out is the truth, or a typed error that tells no secret. @returns the errors */
async function readAll(
  store: MemoryStore,
  {
    holders = [kms, next, recovery.holder],
    accounts = ['acme', 'globex'],
  }: { holders?: readonly Kms[]; accounts?: readonly string[] } = {},
): Promise<readonly Error[]> {
  const errors: Error[] = []
  for (const holder of holders)
    for (const account of accounts)
      for (const drive of ['d1', 'd2']) {
        try {
          expect(await contentsOf((await openWith(store, holder, account)).drive(drive), 1)).toEqual(files)
        } catch (error) {
          if (!(error instanceof VaultError)) throw error
          const told = `${error.message} ${error.stack} ${error.cause} ${JSON.stringify(error)}`
          for (const secret of secrets) expect(told).not.toContain(secret)
          errors.push(error)
        }
      }
  return errors
}

/** Only the newest revision of each document: what is left when the others were removed, so that damage cannot be stepped around. */
function newestOnly(): MemoryStore {
  const store = copy()
  for (const key of documents()) {
    const [stem] = key.split('.')
    const last = documents()
      .filter((other) => other.split('.')[0] === stem && other !== `${stem}.json`)
      .at(-1)
    if (last !== undefined && key !== last) store.objects.delete(key)
  }
  return store
}

test('an untouched vault opens with the old account key, the new one and the recovery key', async () => {
  expect(await readAll(copy())).toEqual([])
  expect(await readAll(newestOnly())).toEqual([])
})

test('P1 any changed byte of any key document or configuration is a typed error or changes nothing', async () => {
  const damage = fc.record({ document: fc.nat(), byte: fc.nat(), bit: fc.nat(7), older: fc.boolean() })
  let refused = 0
  await fc.assert(
    fc.asyncProperty(damage, async ({ document, byte, bit, older }) => {
      const store = older ? copy() : newestOnly()
      const keys = [...store.objects.keys()].filter((key) => key.startsWith('v1/t/acme/') && key.endsWith('.json')).sort()
      const key = keys[document % keys.length] ?? ''
      const bytes = at(store.objects, key)
      bytes.writeUInt8((bytes[byte % bytes.length] ?? 0) ^ (1 << bit), byte % bytes.length)
      store.objects.set(key, bytes)
      // Who is a holder in an older revision too is not even kept from reading.
      if (older) expect(await readAll(store, { holders: [kms, recovery.holder], accounts: ['acme'] })).toEqual([])
      else if ((await readAll(store, { accounts: ['acme'] })).length > 0) refused += 1
    }),
    { numRuns: 60 },
  )
  expect(refused).toBeGreaterThan(10)
})

test('P1 every byte of the newest key document, changed one by one, is refused by its name or for its holder', async () => {
  const store = newestOnly()
  const key = [...store.objects.keys()].find((name) => name.startsWith('v1/t/acme/keys/')) ?? ''
  const original = at(store.objects, key)
  const [revisions] = [...(await revisionsIn(store, key.slice(0, -'.00000002.json'.length))).values()]
  for (let byte = 0; byte < original.length; byte++) {
    const bytes = Buffer.from(original)
    bytes.writeUInt8(bytes.readUInt8(byte) ^ 1, byte)
    store.objects.set(key, bytes)
    for (const holder of [kms, recovery.holder]) {
      const deps = keyDeps(store, holder)
      const opened = await openDocument(deps, driveKeyKind(deps), revisions ?? []).catch((error) => error)
      // The wrap of another holder is theirs to check.
      if (!(opened instanceof Error)) continue
      expect([IntegrityError.name, KeyUnavailable.name], `byte ${byte}`).toContain(opened.constructor.name)
    }
    expect(await bothOpen(store, revisions ?? []), `byte ${byte}`).toBe(false)
  }
})

async function bothOpen(store: MemoryStore, revisions: Parameters<typeof openDocument>[2]): Promise<boolean> {
  for (const holder of [kms, next, recovery.holder]) {
    const deps = keyDeps(store, holder)
    const opened = await openDocument(deps, driveKeyKind(deps), revisions).catch(() => undefined)
    if (!opened) return false
  }
  return true
}

test('P15 key documents that were swapped between drives or accounts are refused', async () => {
  const keys = documents().filter((key) => key.includes('/keys/') && key.endsWith('.00000002.json'))
  for (const key of keys)
    for (const other of keys) {
      if (other.split('.')[0] === key.split('.')[0]) continue
      const store = copy()
      for (const name of documents()) if (name.split('.')[0] === key.split('.')[0]) store.objects.delete(name)
      store.objects.set(key, at(whole, other))
      const errors = await readAll(store)
      expect(errors.length, `${other} as ${key}`).toBe(3)
      for (const error of errors) expect(error.message).toContain(key.split('.')[0])
    }
})

test('P15 the configuration of another account is refused', async () => {
  const store = copy()
  for (const key of documents()) if (key.startsWith('v1/t/acme/config.')) store.objects.set(key, at(whole, key.replace('acme', 'globex')))
  const errors = await readAll(store)
  expect(errors).toHaveLength(6)
  for (const error of errors) expect(error).toBeInstanceOf(IntegrityError)
})

test('P2 an older revision that is played back as a newer one changes neither what opens nor for whom new keys are', async () => {
  for (const kind of ['config', 'keys']) {
    const store = copy()
    for (const key of documents()) {
      if (!key.includes(`/acme/${kind}`)) continue
      const stem = key.split('.')[0] ?? ''
      store.objects.set(`${stem}.00000007.json`, at(whole, `${stem}.json`))
    }
    expect(await readAll(store)).toEqual([])
    const drive = (await openWith(store, next)).drive('d3')
    if (kind === 'config') await expect(drive.writer('s')).rejects.toThrow('v1/t/acme/config.00000007.json')
    else await drive.writer('s')
  }
})

test('P2 a wrap that is copied from an older revision under the name of a newer holder is refused', async () => {
  const store = newestOnly()
  const key = [...store.objects.keys()].find((name) => name.startsWith('v1/t/acme/keys/')) ?? ''
  const members = JSON.parse(at(store.objects, key).toString())
  const [first, ...others] = members.wraps
  members.wraps = [first, ...others.map((wrap: object) => ({ ...wrap, wrapped: first.wrapped }))]
  store.objects.set(key, Buffer.from(JSON.stringify(members)))
  const errors = await readAll(store)
  expect(errors).toHaveLength(2)
  for (const error of errors) expect(error.message).toContain(key)
})

test('a foreign object among the keys hurts nobody who reads', async () => {
  const store = copy()
  store.objects.set('v1/t/acme/keys/notes.json', Buffer.from('{}'))
  store.objects.set('v1/t/acme/keys/zz.txt', Buffer.from('x'))
  store.objects.set('v1/t/acme/config.old.json', Buffer.from('x'))
  expect(await readAll(store)).toEqual([])
  await expect(rotateAccountKey(keyDeps(store, next), accountKey())).rejects.toThrow('v1/t/acme/keys/notes.json')
})

test('a configuration that claims a newer version does not close a vault unless it proves itself', async () => {
  const store = copy()
  const claim = Buffer.from('{"format":2,"rev":9,"wraps":[]}')
  store.objects.set('v1/t/acme/config.00000009.json', claim)
  expect(await readAll(store)).toEqual([])
  for (const key of documents()) if (key.startsWith('v1/t/acme/config.')) store.objects.delete(key)
  await expect(openWith(store, kms)).rejects.toBeInstanceOf(UnsupportedVault)
})
