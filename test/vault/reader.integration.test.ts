/** The open exit: a reader that knows only docs/VAULT-FORMAT.md gets the same files out of a vault, byte for byte. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderMimeType } from '../../activities/vault/extract/tree.ts'
import { type ContentRef, localKeyFile, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { extract } from '../../activities/vault-cli/extract.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { filesUnder } from './golden/files-under.ts'
import { emptyFolder, filesIn, spoken } from './support/extracted.ts'
import { copyOf, goldenVaults } from './support/golden.ts'
import { type PythonReader, pythonReader } from './support/python-reader.ts'
import { backUp, chunked, noise, request, row, stream } from './support/vaults.ts'

let python: PythonReader

beforeAll(async () => {
  python = await pythonReader(process.env)
})

test('the second reader has at most 300 lines', () => {
  expect(python.lines).toBeLessThanOrEqual(300)
})

test('a machine without Python is told what it lacks', async () => {
  await expect(pythonReader({ PATH: '/nowhere' })).rejects.toThrow(/needs Python 3\.9 or later with pip.*python3 is not installed/)
})

const cases = goldenVaults.flatMap((golden) => golden.keys.map((key) => ({ golden, name: golden.name, key })))

describe.each(cases)('$name with $key', ({ golden, key }) => {
  test('backstop vault extract and the second reader write the same bytes, names and times', async () => {
    const copy = copyOf(golden)
    const [ours, theirs] = [emptyFolder(), emptyFolder()]
    for (const driveId of new Set(golden.snapshots.map((snapshot) => snapshot.driveId))) {
      const flag = key === 'recovery.key' ? '--recovery-key' : '--key-file'
      const { outside, noted } = spoken()
      expect(await extract.run(['--vault', copy.vault, flag, copy.key(key), '--drive', driveId, '--to', ours], outside)).toBe(0)
      expect(noted).toEqual([])
      await python.run('extract', copy.vault, copy.key(key), theirs, driveId)
    }
    const files = await filesUnder(ours)
    expect(Object.keys(files).length).toBeGreaterThan(3)
    expect(await filesUnder(theirs)).toEqual(files)
  })

  test('the second reader lists the snapshots that are left', async () => {
    const copy = copyOf(golden)
    const lines = (await python.run('list', copy.vault, copy.key(key))).trim().split('\n')
    const listed = lines.map((line) => JSON.parse(line) as { driveId: string; gen: number; name: string })
    const kept = golden.snapshots.filter(({ driveId, gen }) => !(driveId === '0AGolden' && gen === 1))
    expect(listed.map(({ driveId, gen }) => `${driveId}-${gen}`).sort()).toEqual(kept.map(({ driveId, gen }) => `${driveId}-${gen}`).sort())
    expect(listed[0]?.name).toMatch(/^Golden \d \u202e"drive"$/)
  })
})

describe('a vault that was made just now', () => {
  const files = { a: Buffer.from('one'), b: noise((9 << 20) + 1, 'object'), c: Buffer.alloc(3 << 20, 'text '), d: Buffer.alloc(0) }

  async function vaultWith(passphrase?: string) {
    const folder = emptyFolder()
    const key = { path: join(folder, 'account.key'), ...(passphrase !== undefined && { passphrase }) }
    const store = await openLocalStore({ path: join(folder, 'vault'), create: true, random: systemRandom })
    const vault = await openVault({
      store,
      kms: localKeyFile({ ...key, random: systemRandom }),
      accountId: 'acme',
      clock: systemClock,
      random: systemRandom,
    })
    const drive = vault.drive('0AFinance')
    await backUp(drive, 0, files)
    return { path: join(folder, 'vault'), key: key.path, vault, drive }
  }

  test('comes out of the second reader with every byte, also when a passphrase locks its key', async () => {
    const { path, key } = await vaultWith('caf\u00e9 au lait')
    const locked = await pythonReader({ ...process.env, BACKSTOP_KEY_PASSPHRASE: 'cafe\u0301 au lait' })
    const to = emptyFolder()
    await locked.run('extract', path, key, to)
    for (const [id, bytes] of Object.entries(files))
      expect(readFileSync(join(to, '0AFinance/files', `File ${id}`)).equals(bytes)).toBe(true)
  })

  test('gets the same names from both readers, whatever its items are called and wherever they say they lie', async () => {
    const piece = fc.constantFrom(
      'a',
      'A',
      'é',
      'e\u0301',
      'ß',
      'SS',
      'ς',
      'Σ',
      'İ',
      'ı',
      'ǅ',
      'ﬁ',
      '.',
      ' ',
      '/',
      '\\',
      ':',
      '\0',
      '\u202e',
      '\u2028',
      '\u{1f4be}',
      '\ud83d',
      'con',
      'NUL',
      '.txt',
      '~',
      'long '.repeat(30),
    )
    const item = fc.record({
      id: fc.string({ unit: fc.constantFrom(...'abAB/.~'), minLength: 1, maxLength: 5 }),
      name: fc.oneof(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
        fc.string({ unit: 'binary', maxLength: 12 }),
      ),
      parentId: fc.oneof(fc.constant('0AFinance'), fc.string({ unit: fc.constantFrom(...'abAB/.~'), minLength: 1, maxLength: 2 })),
      kind: fc.constantFrom('file', 'folder', 'folder', 'shortcut'),
      modifiedTime: fc.constantFrom(
        '2026-02-28T23:59:59.999Z',
        '2026-02-30T00:00:00Z',
        '1969-12-31T23:59:59Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T00:00:60Z',
        '2026-01-01T00:00:00+01:00',
        'soon',
      ),
      trashed: fc.boolean(),
    })
    const [items = []] = fc.sample(fc.uniqueArray(item, { selector: ({ id }) => id, minLength: 600, maxLength: 900, size: 'max' }), {
      seed: 4711,
      numRuns: 1,
    })
    const { path, key, drive } = await vaultWith()
    const writer = await drive.writer('names')
    const content = await writer.putBlob(chunked(Buffer.from('x')), { mimeType: 'text/plain' })
    const rows = items.map(({ kind, trashed, ...of }) =>
      row(of.id, { ...of, ...(trashed && { flags: { trashed } as const }), ...kinds(content)[kind as 'file'] }),
    )
    rows.sort((a, b) => (a.id < b.id ? -1 : 1))
    const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
    await drive.commit(request({ sessionId: 'names', parentGen: 1, mode: 'full', rows: stream(rows), blobEntries }))
    const [ours, theirs] = [emptyFolder(), emptyFolder()]
    expect(await extract.run(['--vault', path, '--key-file', key, '--to', ours], spoken().outside)).toBe(0)
    await python.run('extract', path, key, theirs)
    const files = await filesUnder(ours)
    expect(Object.keys(files).length).toBeGreaterThan(items.length)
    expect(await filesUnder(theirs)).toEqual(files)
  })

  const kinds = (content: ContentRef) => ({
    file: { content },
    folder: { mimeType: folderMimeType },
    shortcut: { mimeType: 'application/vnd.google-apps.shortcut', shortcut: { targetId: 'a' } },
  })

  test('of which one drive is damaged gives the second reader the others', async () => {
    const { path, key, vault } = await vaultWith()
    await backUp(vault.drive('0AOther'), 0, { x: Buffer.from('other') })
    const root = join(path, 'v1/t/acme/d/0AFinance/snap/0000000000000001.root')
    writeFileSync(root, readFileSync(root).subarray(0, -1))
    const to = emptyFolder()
    await expect(python.run('extract', path, key, to)).rejects.toThrow(/0AFinance: .*frame 0 is not what was written there/)
    expect(filesIn(to)).toMatchObject({ '0AOther/metadata.jsonl': expect.stringContaining('/File x') })
  })

  test('is refused by the second reader where a byte was changed, and the item is named', async () => {
    const { path, key } = await vaultWith()
    const found = Object.keys(await filesUnder(path)).find((name) => /packs\/..\/./.test(name)) ?? expect.unreachable()
    const pack = readFileSync(join(path, found))
    pack.writeUInt8(pack.readUInt8(90) ^ 1, 90)
    writeFileSync(join(path, found), pack)
    await expect(python.run('extract', path, key, emptyFolder())).rejects.toThrow(
      /failed: 'files\/File a'.*frame 0 is not what was written there/,
    )
  })
})
