import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { IntegrityError, InvalidKey, KeyUnavailable, localKeyFile, openVault, UnsupportedVault } from '../../activities/vault/index.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { backUp, contentsOf, memoryStore, openTestVault } from './support/vaults.ts'

let folder: string
let path: string
const kms = (over: { path?: string; passphrase?: string } = {}) => localKeyFile({ path, random: systemRandom, ...over })
const context = { purpose: 'test', accountId: 'acme' }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backstop-key-'))
  path = join(folder, 'keys', 'account.key')
})

test('the key file is made on first use, for its owner only', async () => {
  await kms().wrap(Buffer.from('secret'), context)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a wrapped secret opens in another process, and only in its context', async () => {
  const wrap = await kms().wrap(Buffer.from('secret'), context)
  expect(Buffer.from(await kms().unwrap([wrap], context)).toString()).toBe('secret')
  await expect(kms().unwrap([wrap], { ...context, accountId: 'other' })).rejects.toBeInstanceOf(IntegrityError)
  const wrapped = Buffer.from(wrap.wrapped)
  wrapped.writeUInt8(wrapped.readUInt8(20) ^ 1, 20)
  await expect(kms().unwrap([{ ...wrap, wrapped }], context)).rejects.toBeInstanceOf(IntegrityError)
})

test('of many that make the key file at once, all use the same key', async () => {
  const wraps = await Promise.all(Array.from({ length: 10 }, () => kms().wrap(Buffer.from('secret'), context)))
  for (const wrap of wraps) expect(Buffer.from(await kms().unwrap([wrap], context)).toString()).toBe('secret')
})

test('a passphrase locks the key', async () => {
  const wrap = await kms({ passphrase: 'correct horse' }).wrap(Buffer.from('secret'), context)
  expect(Buffer.from(await kms({ passphrase: 'correct horse' }).unwrap([wrap], context)).toString()).toBe('secret')
  await expect(kms({ passphrase: 'wrong' }).unwrap([wrap], context)).rejects.toThrow('the passphrase is wrong, or the file is damaged')
  await expect(kms().unwrap([wrap], context)).rejects.toThrow('is locked. Start with its passphrase.')
})

test('a missing key file is not replaced by a new key when a vault needs the old one', async () => {
  const store = memoryStore()
  const open = () => openVault({ store, kms: kms(), accountId: 'acme', clock: systemClock, random: systemRandom })
  await open()
  await rm(path)
  await expect(open()).rejects.toThrow(KeyUnavailable)
  await expect(open()).rejects.toThrow('Put the key file back')
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

test('the key of another vault is named as such', async () => {
  const store = memoryStore()
  const open = (file: string) =>
    openVault({ store, kms: kms({ path: join(folder, file) }), accountId: 'acme', clock: systemClock, random: systemRandom })
  await open('right')
  await kms({ path: join(folder, 'wrong') }).wrap(Buffer.from('x'), context)
  await expect(open('wrong')).rejects.toThrow(KeyUnavailable)
  await expect(open('wrong')).rejects.toThrow('is not the key of this vault')
})

test('any changed byte of the key file is noticed', async () => {
  const wrap = await kms().wrap(Buffer.from('secret'), context)
  const original = await readFile(path)
  const { key } = JSON.parse(original.toString())
  for (let at = 0; at < original.length; at += 1) {
    const damaged = Buffer.from(original)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
    await writeFile(path, damaged)
    const error = await kms()
      .unwrap([wrap], context)
      .catch((thrown) => thrown)
    expect(error, `byte ${at}`).toBeInstanceOf(KeyUnavailable)
    // Not a piece of the key either, as a parser's message would quote it.
    const told = `${error.message} ${error.stack} ${error.cause}`
    for (let from = 0; from + 8 <= key.length; from++) expect(told).not.toContain(key.slice(from, from + 8))
  }
})

test('a key file that others can read is refused, with the command that closes it', async () => {
  const wrap = await kms().wrap(Buffer.from('secret'), context)
  await chmod(path, 0o644)
  await expect(kms().unwrap([wrap], context)).rejects.toThrow(`chmod 600 ${path}`)
})

test('a vault of a newer version is left alone', async () => {
  const store = memoryStore()
  await openTestVault(store)
  const key = 'v1/t/acme/config.json'
  const config = JSON.parse(Buffer.from(store.objects.get(key) ?? []).toString())
  store.objects.set(key, Buffer.from(JSON.stringify({ ...config, features: { read: ['deduplicated-chunks'], write: [] } })))
  await expect(openTestVault(store)).rejects.toBeInstanceOf(UnsupportedVault)
})

test('P15 the objects of one account do not open as another’s', async () => {
  const store = memoryStore()
  await backUp((await openTestVault(store, 'acme')).drive('d'), 0, { a: Buffer.from('x') })
  const other = (await openTestVault(store, 'globex')).drive('d')
  await other.writer('makes the key of globex')
  for (const [key, body] of [...store.objects]) if (key.includes('/acme/d/')) store.objects.set(key.replace('/acme/', '/globex/'), body)
  await expect(contentsOf(other, 1)).rejects.toBeInstanceOf(IntegrityError)
})

test.each(['', '..', 'a/b', 'a b', 'x'.repeat(200)])('the hostile id %j is refused', async (id) => {
  const vault = await openTestVault(memoryStore())
  expect(() => vault.drive(id)).toThrow(InvalidKey)
  await expect(openTestVault(memoryStore(), id)).rejects.toBeInstanceOf(InvalidKey)
})
