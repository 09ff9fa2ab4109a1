import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localKeyFile } from '../../activities/vault/keys/key-file.ts'
import { KeyFileUnusable, loadKeyFile } from '../../db/kit/key-file.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { createSealer, SealBroken, type SealContext } from '../../db/kit/seal.ts'

const context: SealContext = { purpose: 'task-credential', accountId: 'acc_1' }
const sealer = createSealer(new Uint8Array(32).fill(7), systemRandom)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backstop-key-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('any secret comes back as it was sealed', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (secret) => sealer.open(sealer.seal(secret, context), context) === secret))
})

test('one secret sealed twice looks different each time', () => {
  expect(sealer.seal('1//token', context)).not.toEqual(sealer.seal('1//token', context))
})

test('a change of any bit is noticed', () => {
  const sealed = sealer.seal('1//token', context)
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const changed = Uint8Array.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => sealer.open(changed, context)).toThrow(SealBroken)
    }),
  )
})

test.each([
  ['another account', { ...context, accountId: 'acc_2' }],
  ['another purpose', { ...context, purpose: 'code-verifier' as const }],
])('a secret is not opened for %s', (_, other) => {
  expect(() => sealer.open(sealer.seal('1//token', context), other)).toThrow(SealBroken)
})

test('a secret is not opened with another key', () => {
  const other = createSealer(new Uint8Array(32).fill(8), systemRandom)
  expect(() => other.open(sealer.seal('1//token', context), context)).toThrow(SealBroken)
})

test('a missing key file is made for its owner alone, and read again the same', async () => {
  const path = join(folder, 'new', 'secrets.key')
  const key = await loadKeyFile(path, systemRandom)
  expect(key).toHaveLength(32)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await loadKeyFile(path, systemRandom)).toEqual(key)
})

test('one key file serves the stored secrets and the vault, whichever of them makes it', async () => {
  const [ours, theirs] = [join(folder, 'ours.key'), join(folder, 'theirs.key')]
  await loadKeyFile(ours, systemRandom)
  await expect(localKeyFile({ path: ours, random: systemRandom }).wrap(new Uint8Array(32), { of: 'test' })).resolves.toBeDefined()
  await localKeyFile({ path: theirs, random: systemRandom }).wrap(new Uint8Array(32), { of: 'test' })
  expect(await loadKeyFile(theirs, systemRandom)).toHaveLength(32)
})

test('a key whose check does not fit is refused', async () => {
  const path = join(folder, 'other.key')
  await loadKeyFile(path, systemRandom)
  const document = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...document, key: Buffer.alloc(32).toString('base64') }))
  await expect(loadKeyFile(path, systemRandom)).rejects.toThrow(/is damaged/)
})

test('processes that start at once agree on one key', async () => {
  const path = join(folder, 'race.key')
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadKeyFile(path, systemRandom)))
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
})

test('a damaged key file is refused, never replaced', async () => {
  const path = join(folder, 'damaged.key')
  await writeFile(path, '{"format":1,"key":"c2hvcnQ="}', { mode: 0o600 })
  await expect(loadKeyFile(path, systemRandom)).rejects.toThrow(KeyFileUnusable)
  await expect(loadKeyFile(path, systemRandom)).rejects.toThrow(/is damaged\. Put back a copy/)
})

test('a key file that others can read is refused with the command that mends it', async () => {
  const path = join(folder, 'open.key')
  await loadKeyFile(path, systemRandom)
  await chmod(path, 0o644)
  await expect(loadKeyFile(path, systemRandom)).rejects.toThrow(/chmod 600/)
})
