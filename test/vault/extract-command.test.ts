/** `backstop vault list` and `extract` as an operator uses them on the worst night: a folder, a key, and damage. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { localKeyFile, openLocalStore, openVault, type Vault } from '../../activities/vault/index.ts'
import { UsageError } from '../../activities/vault-cli/command.ts'
import { extract } from '../../activities/vault-cli/extract.ts'
import { list } from '../../activities/vault-cli/list.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { emptyFolder, filesIn, spoken } from './support/extracted.ts'
import { request, row, stream } from './support/vaults.ts'

let folder: string
let to: string
let vault: Vault

const key = () => join(folder, 'account.key')
const place = () => ['--vault', join(folder, 'vault'), '--key-file', key()]
const snap = (gen: number, driveId = '0AFinance') =>
  join(folder, 'vault/v1/t/acme/d', driveId, 'snap', `${String(gen).padStart(16, '0')}.root`)
const damage = (path: string) => writeFileSync(path, readFileSync(path).fill(0, 100, 140))

async function commit(driveId: string, gen: number, files: Record<string, string>, name = driveId): Promise<void> {
  const drive = vault.drive(driveId)
  const writer = await drive.writer(`run-${gen}`)
  const rows = []
  for (const [id, words] of Object.entries(files)) {
    const content = await writer.putBlob(stream([Buffer.from(words)]), { mimeType: 'text/plain' })
    rows.push(row(id, { parentId: driveId, name: `${id}.txt`, content }))
  }
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  const time = new Date(Date.UTC(2026, 2, gen, 12))
  await drive.commit(request({ sessionId: `run-${gen}`, parentGen: gen - 1, rows: stream(rows), blobEntries, time, drive: { name } }))
}

beforeEach(async () => {
  folder = emptyFolder()
  to = join(folder, 'out')
  const store = await openLocalStore({ path: join(folder, 'vault'), create: true, random: systemRandom })
  const kms = localKeyFile({ path: key(), random: systemRandom })
  vault = await openVault({ store, kms, accountId: 'acme', clock: systemClock, random: systemRandom })
  await commit('0AFinance', 1, { a: 'first', b: 'same' }, 'Finance')
  await commit('0AFinance', 2, { a: 'second' }, 'Finance')
  await commit('0AFinance', 3, { c: 'third' }, 'Finance \u202e\u009b"Q3"')
})

async function run(command: typeof extract, ...args: readonly string[]) {
  const { outside, said, noted } = spoken()
  const code = await command.run([...place(), ...args], outside)
  return { code, said: said.join('\n'), noted: noted.join('\n') }
}

const extracted = (driveId = '0AFinance') =>
  Object.fromEntries(Object.entries(filesIn(join(to, driveId, 'files'))).map(([name, text]) => [name.replace('.txt', ''), text]))

describe('which snapshot', () => {
  test.each([
    ['the newest, when nothing is said', [], { a: 'second', b: 'same', c: 'third' }],
    ['that of a generation', ['--at', '1'], { a: 'first', b: 'same' }],
    ['the newest not after a moment', ['--at', '2026-03-03T11:59:59Z'], { a: 'second', b: 'same' }],
    ['the newest of a day', ['--at', '2026-03-03'], { a: 'second', b: 'same', c: 'third' }],
    ['by the name of the drive', ['--drive', 'finance \u202e\u009b"q3"', '--at', '1'], { a: 'first', b: 'same' }],
  ])('extract takes %s', async (_, args, files) => {
    const { code, said } = await run(extract, '--to', to, ...args)
    expect({ code, files: extracted() }).toEqual({ code: 0, files })
    expect(said).toMatch(
      /^Drive 0AFinance "Finance.*", snapshot \d of 2026-03-0\dT12:00:00.000Z, is in .*\n(\d) listed = \1 written \+ 0 skipped \+ 0 failed; \d+ B written now$/,
    )
  })

  test('a generation or a time that no snapshot has is said, with what to do', async () => {
    for (const at of ['9', '2020-01-01']) {
      const { code, noted } = await run(extract, '--to', to, '--at', at)
      expect({ code, noted }).toEqual({
        code: 1,
        noted: expect.stringContaining('no such snapshot of drive 0AFinance. See: backstop vault list'),
      })
    }
    await expect(run(extract, '--to', to, '--at', 'yesterday')).rejects.toThrow(UsageError)
    await expect(run(extract)).rejects.toThrow(/--to DIR/)
  })

  test('a generation of maintenance, and those that were given up, are no snapshots to anyone', async () => {
    await vault.drive('0AFinance').maintain({ sessionId: 'upkeep', parentGen: 3, expire: [{ from: 1, to: 1 }] })
    expect((await run(extract, '--to', to)).said).toContain('snapshot 3 of')
    expect((await run(extract, '--to', to, '--at', '4')).code).toBe(1)
    expect((await run(list, '--drive', '0AFinance')).said.match(/snapshot \d/g)).toEqual(['snapshot 3', 'snapshot 2'])
  })
})

describe('damage', () => {
  test('a root that cannot be read is never passed over in silence: the next older one is offered', async () => {
    damage(snap(3))
    const first = await run(extract, '--to', to)
    expect(first.code).toBe(1)
    expect(first.noted).toMatch(
      /snap\/0{15}3\.root is damaged.*\n.*can be read is 2, of 2026-03-02T12:00:00.000Z: take it with --drive 0AFinance --at 2\./,
    )
    expect(readdirSync(folder)).not.toContain('out')
    expect((await run(extract, '--to', to, '--at', '2')).code).toBe(0)
    expect(extracted()).toEqual({ a: 'second', b: 'same' })
  })

  test('a list of items that cannot be read is said, and an older snapshot that does not need it is offered', async () => {
    const { deltas } = await vault.drive('0AFinance').root(3)
    damage(join(folder, 'vault/v1/t/acme/d/0AFinance/seg', deltas.at(-1)?.sha256 ?? ''))
    const { code, noted } = await run(extract, '--to', to)
    expect(code).toBe(1)
    expect(noted).toMatch(/the list of items in snapshot 3 cannot be read\.\n.*can be read is 2,/)
  })

  test('a lost configuration, and a file that lies among the snapshots, keep nobody from reading; nothing is written to the vault', async () => {
    const config = join(folder, 'vault/v1/t/acme/config.json')
    rmSync(config)
    writeFileSync(join(folder, 'vault/v1/t/acme/d/0AFinance/snap/notes'), 'mine')
    const before = filesIn(join(folder, 'vault'))
    const { code, noted } = await run(extract, '--to', to)
    expect(code).toBe(0)
    expect(noted).toMatch(/Reading goes on without it\.\n.*snap\/notes is no snapshot/)
    expect(filesIn(join(folder, 'vault'))).toEqual(before)
  })

  test('a damaged pack ends with exit code 1, its items by name, and everything else', async () => {
    const packs = join(folder, 'vault/v1/t/acme/d/0AFinance/packs')
    const { container } =
      (await (await vault.drive('0AFinance').snapshot(3)).locate((await rowOf('c')).content?.blobId ?? '')) ?? expect.unreachable()
    const path = join(packs, container.slice('packs/'.length))
    writeFileSync(path, readFileSync(path).fill(0, 80, 85))
    const { code, said } = await run(extract, '--to', to)
    expect(code).toBe(1)
    expect(said).toMatch(
      /3 listed = 2 written \+ 0 skipped \+ 1 failed.*\n.*failed: "files\/c\.txt": The stored object .*packs\/.* is damaged/,
    )
    expect(extracted()).toEqual({ a: 'second', b: 'same' })
  })

  const rowOf = async (id: string) => (await (await vault.drive('0AFinance').snapshot(3)).row(id)) ?? expect.unreachable()
})

describe('several drives', () => {
  beforeEach(() => commit('0ALegal', 1, { x: 'law' }, 'Legal'))

  test('each comes out into a folder of its own, and damage of one does not keep the other back', async () => {
    damage(snap(1, '0ALegal'))
    const { code, noted } = await run(extract, '--to', to)
    expect({ code, noted }).toEqual({ code: 1, noted: expect.stringContaining('No older snapshot of drive 0ALegal can be read either') })
    expect(extracted()).toEqual({ a: 'second', b: 'same', c: 'third' })
  })

  test('a generation needs a drive, and a name that two drives have needs an id', async () => {
    await expect(run(extract, '--to', to, '--at', '1')).rejects.toThrow(/say which with --drive ID/)
    await commit('0AOther', 1, {}, 'legal')
    await expect(run(extract, '--to', to, '--drive', 'LEGAL')).rejects.toThrow(/Choose one by its id: --drive 0AOther or 0ALegal/)
    await expect(run(list, '--drive', 'none')).rejects.toThrow(/no drive "none"/)
  })

  test('list names the drives in order of their names, with what a terminal would obey escaped', async () => {
    const { code, said } = await run(list)
    expect(code).toBe(0)
    expect(said.split('\n')).toEqual([
      '0AFinance  "Finance \\u202e\\u009b\\"Q3\\""  snapshot 3  2026-03-03T12:00:00.000Z  0 listed, 0 failed',
      '0ALegal  "Legal"  snapshot 1  2026-03-01T12:00:00.000Z  0 listed, 0 failed',
    ])
  })

  test('list --json gives programs a line for each snapshot, newest first, and says which cannot be read', async () => {
    damage(snap(2))
    const { code, said, noted } = await run(list, '--drive', 'finance \u202e\u009b"q3"', '--json')
    expect(said.split('\n').map((line) => JSON.parse(line) as object)).toMatchObject([
      { gen: 3, driveId: '0AFinance' },
      { gen: 1, name: 'Finance' },
    ])
    expect({ code, noted }).toEqual({ code: 1, noted: expect.stringMatching(/^Snapshot 2 cannot be read\./) })
  })

  test('extract --json gives the report', async () => {
    const { said } = await run(extract, '--to', to, '--drive', 'Legal', '--json')
    expect(JSON.parse(said)).toMatchObject({ driveId: '0ALegal', listed: 1, written: 1, placesFrom: 'index', failed: {} })
  })
})
