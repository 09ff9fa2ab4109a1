/** `backstop vault recovery-key` and `backstop vault keys`, on a vault in a folder, as an operator uses them. */
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openLocalStore, openVault } from '../../activities/vault/index.ts'
import { localKeyFile } from '../../activities/vault/keys/key-file.ts'
import { CommandFailure, type Outside, UsageError, type VaultCommand } from '../../activities/vault-cli/command.ts'
import { keys } from '../../activities/vault-cli/keys.ts'
import { list } from '../../activities/vault-cli/list.ts'
import { recoveryKey } from '../../activities/vault-cli/recovery-key.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { startAwsKms } from '../support/servers/aws-kms.ts'
import { backUp, contentsOf } from './support/vaults.ts'

let folder: string
let place: readonly string[]
let withOldKey: readonly string[]
const files = { a: Buffer.from('the plan') }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backstop-keys-'))
  place = ['--vault', join(folder, 'vault')]
  withOldKey = [...place, '--key-file', join(folder, 'account.key')]
  const vault = await open('account.key')
  await backUp(vault.drive('d1'), 0, files)
  await backUp(vault.drive('d2'), 0, files)
})

async function open(keyFile: string) {
  const store = await openLocalStore({ path: join(folder, 'vault'), create: true, random: systemRandom })
  return openVault({
    store,
    kms: localKeyFile({ path: join(folder, keyFile), random: systemRandom }),
    accountId: 'acme',
    clock: systemClock,
    random: systemRandom,
  })
}

type Ran = { readonly exit: number; readonly said: readonly string[]; readonly noted: readonly string[] }

/** Runs a command; `typed` gets what it has printed so far and gives what the person types. */
async function run(
  command: VaultCommand,
  args: readonly string[],
  typed?: (said: readonly string[]) => string | undefined,
  env = {},
): Promise<Ran> {
  const said: string[] = []
  const noted: string[] = []
  const outside: Outside = {
    env,
    say: (line) => void said.push(line),
    note: (line) => void noted.push(line),
    ...(typed && { ask: async () => typed(said) }),
    stop: new AbortController().signal,
    clock: systemClock,
    random: systemRandom,
  }
  return { exit: await command.run(args, outside), said, noted }
}

const shown = (said: readonly string[]) => said.find((line) => line.startsWith('AGE-SECRET-KEY-1')) ?? ''

async function makeRecoveryKey(): Promise<string> {
  const { said } = await run(recoveryKey, ['create', ...withOldKey, '--confirmed'])
  const file = join(folder, 'recovery.txt')
  await writeFile(file, `# kept in the safe\n${shown(said)}\n`)
  return file
}

/** Everything that lies in the folder of the vault, as one text. */
async function everythingStored(): Promise<string> {
  const names = await readdir(folder, { recursive: true })
  const texts = await Promise.all(
    names.map(async (name) => ((await stat(join(folder, name))).isFile() ? readFile(join(folder, name), 'latin1') : '')),
  )
  return texts.join('\n')
}

test('P13 a recovery key is shown once, must be typed back, is stored nowhere, and opens the vault', async () => {
  const { exit, said, noted } = await run(recoveryKey, ['create', ...withOldKey], (lines) => `  ${shown(lines).toLowerCase()} `)
  expect(exit).toBe(0)
  const secret = shown(said)
  expect(said.filter((line) => line.includes('AGE-SECRET'))).toHaveLength(1)
  expect(noted.join('\n')).not.toContain('AGE-SECRET')
  expect(await everythingStored()).not.toContain(secret)
  const file = join(folder, 'recovery.txt')
  await writeFile(file, secret)
  const listed = await run(list, [...place, '--recovery-key', file])
  expect(listed.said.join('\n')).toContain('d1')
  expect((await run(recoveryKey, ['check', ...place, '--recovery-key', file])).said[0]).toMatch(
    /^The recovery key of age1\w+ opens 2 key documents and is good\.$/,
  )
})

test('a recovery key that is not typed back changes nothing', async () => {
  const before = await everythingStored()
  let asked = 0
  const refused = run(recoveryKey, ['create', ...withOldKey], () => {
    asked += 1
    return 'AGE-SECRET-KEY-1SOMETHINGELSE'
  })
  await expect(refused).rejects.toBeInstanceOf(CommandFailure)
  expect(asked).toBe(3)
  await expect(run(recoveryKey, ['create', ...withOldKey])).rejects.toThrow('It was not confirmed, and nothing was changed.')
  expect(await everythingStored()).toBe(before)
})

test('a second recovery key is made only by replacing the first, which then opens nothing', async () => {
  const first = await makeRecoveryKey()
  await expect(run(recoveryKey, ['create', ...withOldKey, '--confirmed'])).rejects.toThrow('The vault has a recovery key already (age1')
  const { said } = await run(recoveryKey, ['replace', ...withOldKey, '--confirmed'])
  await expect(run(list, [...place, '--recovery-key', first])).rejects.toThrow(
    'is not one of this vault. Its recovery key is the one of age1',
  )
  const second = join(folder, 'second.txt')
  await writeFile(second, shown(said))
  expect((await run(recoveryKey, ['check', ...place, '--recovery-key', second])).exit).toBe(0)
})

test('a check says which key documents the recovery key does not open, and ends with 1', async () => {
  const file = await makeRecoveryKey()
  const [name = ''] = (await readdir(join(folder, 'vault/v1/t/acme/keys'))).filter((entry) => entry.endsWith('.00000001.json'))
  await writeFile(join(folder, 'vault/v1/t/acme/keys', name), '{}')
  const { exit, said } = await run(recoveryKey, ['check', ...place, '--recovery-key', file])
  expect(exit).toBe(1)
  expect(said[0]).toContain(name)
  expect(said.at(-1)).toContain('opens 1 key documents and does NOT open 1 more')
})

test('the account key is changed for a new file, and the old one ended', async () => {
  const recovery = await makeRecoveryKey()
  const newFile = join(folder, 'account-2.key')
  const withNewKey = [...place, '--key-file', newFile]
  const rotated = await run(keys, ['rotate', ...withOldKey, '--new-key-file', newFile])
  expect(rotated.said[0]).toMatch(/^The account key is now local:[0-9a-f]{16}: it opens all 2 key documents/)
  expect((await stat(newFile)).mode & 0o777).toBe(0o600)
  expect((await run(list, withOldKey)).exit).toBe(0)
  expect((await run(keys, ['forget', '--old', ...withNewKey])).exit).toBe(0)
  await expect(run(list, withOldKey)).rejects.toThrow('is not the key of this vault')
  expect(await contentsOf((await open('account-2.key')).drive('d1'), 1)).toEqual(files)
  expect((await run(list, [...place, '--recovery-key', recovery])).exit).toBe(0)
  const { said } = await run(keys, ['list', ...withNewKey, '--json'])
  expect(JSON.parse(said[0] ?? '').drives).toHaveLength(2)
})

test('the account key moves to AWS KMS, and BACKSTOP_KMS opens the vault', async () => {
  const server = await startAwsKms()
  try {
    const kms = `aws-kms:${server.createKey()}?endpoint=${server.endpoint}`
    const env = {
      BACKSTOP_KMS: kms,
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    }
    await run(keys, ['rotate', ...withOldKey, '--new-kms', kms], undefined, env)
    await run(keys, ['forget', '--old', ...place], undefined, env)
    expect((await run(list, place, undefined, env)).said.join('\n')).toContain('d2')
    await expect(run(list, withOldKey)).rejects.toThrow('is not the key of this vault')
  } finally {
    await server.close()
  }
})

test('the account key moves to a file that is locked with a passphrase', async () => {
  const locked = join(folder, 'locked.key')
  await run(keys, ['rotate', ...withOldKey, '--new-key-file', locked], undefined, { BACKSTOP_NEW_KEY_PASSPHRASE: 'correct horse' })
  expect(await readFile(locked, 'utf8')).toContain('"scrypt"')
  const env = (passphrase?: string) => ({ BACKSTOP_KMS: `file:${locked}`, ...(passphrase && { BACKSTOP_KEY_PASSPHRASE: passphrase }) })
  expect((await run(list, place, undefined, env('correct horse'))).exit).toBe(0)
  await expect(run(list, place, undefined, env('wrong horse'))).rejects.toThrow('the passphrase is wrong, or the file is damaged')
  await expect(run(list, place, undefined, env())).rejects.toThrow('is locked. Start with its passphrase.')
  expect((await run(list, [...place, '--key-file', locked], undefined, { BACKSTOP_KEY_PASSPHRASE: 'correct horse' })).exit).toBe(0)
})

test('a drive is shredded when its name or id is typed, and its receipt shown', async () => {
  const recovery = await makeRecoveryKey()
  const { exit, said, noted } = await run(keys, ['shred', '--drive', 'd1', ...withOldKey], () => 'Finance')
  expect(exit).toBe(0)
  expect(noted[0]).toContain('This destroys the keys of drive d1 "Finance"')
  expect(said[0]).toContain('The keys of drive d1 are destroyed (key documents: 2). Sealed under them were: snapshots: 1,')
  for (const key of [withOldKey, [...place, '--recovery-key', recovery]]) {
    await expect(run(list, ['--drive', 'd1', ...key])).rejects.toThrow('The backup of drive d1 was shredded on ')
    expect((await run(list, ['--drive', 'd2', ...key])).exit).toBe(0)
    const all = await run(list, key)
    expect([all.exit, all.said.length, all.noted.some((line) => line.includes('d1 was shredded on'))]).toEqual([0, 1, true])
    const shownReceipt = JSON.parse((await run(keys, ['receipt', '--drive', 'd1', '--json', ...key])).said[0] ?? '')
    expect(shownReceipt).toMatchObject({ driveId: 'd1', snapshots: 1, documents: 2, key: 'v1/t/acme/shred/d1.00000001.json' })
  }
})

test('a shredded drive is purged, also later, and the list shows it no more', async () => {
  await run(keys, ['shred', '--drive', 'd1', '--confirm', 'd1', ...withOldKey])
  const { exit, said } = await run(keys, ['shred', '--drive', 'd1', '--purge', '--confirm', 'd1', ...withOldKey])
  expect([exit, said[1]]).toEqual([0, 'Removed from the store: 4. Still locked by it: 0.'])
  const listed = await run(list, withOldKey)
  expect([listed.exit, listed.said.length, listed.noted]).toEqual([0, 1, []])
  await expect(run(list, ['--drive', 'd1', ...withOldKey])).rejects.toThrow('The vault holds no drive "d1"')
})

test('without the right words nothing is shredded', async () => {
  const before = await everythingStored()
  for (const [args, typed] of [
    [[], () => 'Sales'],
    [['--confirm', 'd2'], undefined],
    [[], undefined],
  ] as const)
    await expect(run(keys, ['shred', '--drive', 'd1', ...withOldKey, ...args], typed)).rejects.toBeInstanceOf(CommandFailure)
  expect(await everythingStored()).toBe(before)
  await run(keys, ['shred', '--drive', 'd1', '--confirm', 'd1', ...withOldKey])
  expect(await everythingStored()).not.toBe(before)
})

test('a data key is renewed, and the newest state stored anew under it', async () => {
  const { said } = await run(keys, ['renew', '--drive', 'd1', ...withOldKey])
  expect(said[0]).toMatch(/is under the new key [0-9a-f]{24}00000001\.$/)
  const rewritten = await run(keys, ['rewrite', '--drive', 'd1', ...withOldKey])
  expect(rewritten.said[0]).toContain('Stored anew: items: 1, bytes: 8.')
  expect(rewritten.said[1]).toContain('Snapshots before generation 3 keep their older key')
  expect(await contentsOf((await open('account.key')).drive('d1'), 3)).toEqual(files)
})

test.each([
  [['conjure'], 'Say what to do'],
  [['rotate'], 'Give the new key'],
  [['forget'], 'Say  forget --old'],
  [['shred'], 'Say which drive'],
])('%j without what it needs is explained', async (args, words) => {
  const refused = run(keys, [...args, ...withOldKey])
  await expect(refused).rejects.toBeInstanceOf(UsageError)
  await expect(run(keys, [...args, ...withOldKey])).rejects.toThrow(words)
})

test('an account that the vault does not hold is not made by looking', async () => {
  const before = await everythingStored()
  await expect(run(list, [...withOldKey, '--account', 'globex'])).rejects.toThrow('holds no vault of account globex')
  expect(await everythingStored()).toBe(before)
})
