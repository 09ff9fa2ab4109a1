/** verify, heal, rebuild, anchor and audit as an operator runs them, on a vault and a database of the whole product. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InvalidInput, NotFound } from '../../activities/vault/index.ts'
import { UsageError } from '../../activities/vault-cli/command.ts'
import { commands } from '../../activities/vault-cli/commands.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { backUp } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
let env: NodeJS.ProcessEnv
let folder: string

beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 200, drives: 2 } })
  finance = system.driveId('Finance')
  await backUp(system, finance)
  folder = join(system.vaultFolder, '..')
  const { clientId, clientSecret, authUri, tokenUri } = system.practice.app
  const web = { client_id: clientId, client_secret: clientSecret, auth_uri: authUri, token_uri: tokenUri }
  await writeFile(join(folder, 'client.json'), JSON.stringify({ web }))
  env = {
    BACKSTOP_VAULT_DIR: system.vaultFolder,
    BACKSTOP_KEY_FILE: join(folder, 'account.key'),
    BACKSTOP_DATABASE_URL: system.databaseUrl,
    BACKSTOP_DRIVE_URL: system.practice.drive.url,
    BACKSTOP_OAUTH_CLIENT_FILE: join(folder, 'client.json'),
    BACKSTOP_QUOTA_SCALE: '0',
  }
})
afterAll(() => system.stop())

async function vault(name: string, args: readonly string[] = [], over: NodeJS.ProcessEnv = {}) {
  const command = await commands[name]?.load()
  if (!command) throw new Error(`There is no command ${name}.`)
  const out: string[] = []
  const notes: string[] = []
  const code = await command.run(args, {
    env: { ...env, ...over },
    say: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    stop: new AbortController().signal,
    clock: systemClock,
    random: systemRandom,
  })
  return { code, out: out.join('\n'), notes: notes.join('\n') }
}

const withoutDatabase = { BACKSTOP_DATABASE_URL: undefined }

/** A file, no export, whose only blob lies in a pack. */
async function fileInAPack() {
  const snapshot = await (await system.vault).drive(finance).snapshot(1)
  for await (const { id, name, content, sha256Checksum } of snapshot.rows()) {
    const [only, ...more] = content?.segments ?? []
    const entry = only && more.length === 0 && sha256Checksum ? await snapshot.locate(only.blobId) : undefined
    if (entry?.container.startsWith('packs/')) {
      const key = `v1/t/${system.accountId}/d/${finance}/${entry.container}`
      return { id, name, key, path: join(system.vaultFolder, key), at: entry.offset + 10 }
    }
  }
  throw new Error('No file lies in a pack.')
}

test('P9 verify says of a well vault that it is well, with and without the database', async () => {
  const remembered = await vault('verify')
  expect(remembered).toMatchObject({ code: 0, out: expect.stringContaining(`${finance}  well: `) })
  expect(remembered.notes).toContain('Everything that snapshots need was verified since ')
  expect(await vault('verify', ['--level', '0'])).toMatchObject({ code: 0 })
  expect(await vault('verify', ['--json'], withoutDatabase)).toMatchObject({ code: 0, out: expect.stringContaining('"everything":true') })
})

test('P9 verify --level 2 compares with Google Drive', async () => {
  expect(await vault('verify', ['--level', '2', '--drive', finance])).toMatchObject({
    code: 0,
    out: expect.stringContaining(': 0 drifted'),
  })
})

test('P9 verify --level 4 rebuilds beside the real database and compares every state hash, and leaves no database behind', async () => {
  const { code, out } = await vault('verify', ['--level', '4'])
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/rebuilt: 1 snapshots, \d+ items; 1 state hashes compared, 0 differ/),
  })
  expect(await system.db.query("select datname from pg_database where datname like 'backstop_verify%'")).toEqual([])
})

test('P9 verify --level 4 tells a catalogue that holds something else than the vault', async () => {
  const change = "update item set row = jsonb_set(row, '{name}', $3) where account_id = $1 and drive_id = $2"
  const names = await system.db.query<{ item_id: string; row: { name: string } }>(
    'select item_id, row from item where drive_id = $1 limit 1',
    [finance],
  )
  const [item] = names
  const set = (name: string) =>
    system.db.query(`${change} and item_id = $4`, [system.accountId, finance, JSON.stringify(name), item?.item_id])
  await set('changed behind the back of the vault')
  expect(await vault('verify', ['--level', '4'])).toMatchObject({
    code: 1,
    out: expect.stringContaining('! database: snapshot 1: its items are not those of the vault'),
  })
  await set(item?.row.name ?? '')
  expect((await vault('rebuild', ['--dry-run'])).out).toContain('the database is 0 generations behind')
})

test('P9 damage ends verify with 1 and names the item; heal brings it back; verify is well again', async () => {
  const wanted = await fileInAPack()
  const bytes = await readFile(wanted.path)
  bytes.writeUInt8(bytes.readUInt8(wanted.at) ^ 1, wanted.at)
  await rm(wanted.path)
  await writeFile(wanted.path, bytes)

  const found = await vault('verify')
  expect(found.code).toBe(1)
  expect(found.out).toContain(`! damaged: ${wanted.key}`)
  expect(found.out).toContain(`${wanted.id} ${JSON.stringify(wanted.name)} in snapshots 1 to 1`)

  expect(await vault('heal')).toMatchObject({ code: 0, out: expect.stringContaining('1 blobs healed, known since generation 2, 0 lost') })
  const again = await vault('verify')
  expect(again.code).toBe(0)
  expect(await vault('heal')).toMatchObject({ code: 0, out: expect.stringContaining('nothing to heal') })
  expect(await vault('verify', [], withoutDatabase)).toMatchObject({ code: 0, out: expect.stringContaining('- healed: ') })
})

test('P2 anchor and audit prove that nothing was cut, and name what was', async () => {
  const hash = (await vault('anchor')).out.split('\n').at(-1) ?? ''
  const file = join(folder, 'anchor.json')
  await writeFile(file, (await vault('anchor', ['--json'])).out)
  const one = (await vault('anchor', ['--drive', finance])).out
  for (const args of [['--anchor', hash], ['--anchor', file], ['--anchor', one, '--drive', finance], []])
    expect(await vault('audit', args)).toMatchObject({ code: 0 })

  const newest = join(system.vaultFolder, 'v1', 't', system.accountId, 'd', finance, 'snap', '0000000000000002.root')
  const root = await readFile(newest)
  await rm(newest)
  expect(await vault('audit')).toMatchObject({ code: 0, out: expect.stringContaining('Only an anchor can tell') })
  for (const args of [
    ['--anchor', hash],
    ['--anchor', file],
    ['--anchor', one, '--drive', finance],
  ])
    expect(await vault('audit', args)).toMatchObject({
      code: 1,
      out: expect.stringContaining('0000000000000002.root: it was committed, but is missing'),
    })
  await writeFile(newest, root)
})

test.each([
  ['verify', ['--level', '3'], UsageError, '--level takes 0, 1, 2 or 4'],
  ['verify', ['--budget', 'much'], UsageError, '--budget takes a number of bytes'],
  ['audit', ['--anchor', `1:${'a'.repeat(64)}`], UsageError, 'belongs to one drive'],
  ['audit', ['--anchor', 'b'.repeat(64)], NotFound, 'keeps no document for the anchor'],
  ['audit', ['--anchor', import.meta.filename], InvalidInput, 'This is no anchor'],
] as const)('%s %j is refused in words', async (name, args, type, words) => {
  const refused = vault(name, args)
  await expect(refused).rejects.toBeInstanceOf(type)
  await expect(refused).rejects.toThrow(words)
})
