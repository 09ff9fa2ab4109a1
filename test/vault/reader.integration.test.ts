/** The open exit: a reader that knows only docs/VAULT-FORMAT.md gets the same files out of a vault, byte for byte. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { localKeyFile, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { extract } from '../../activities/vault-cli/extract.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { filesUnder } from './golden/files-under.ts'
import { emptyFolder, spoken } from './support/extracted.ts'
import { copyOf, goldenVaults } from './support/golden.ts'
import { type PythonReader, pythonReader } from './support/python-reader.ts'
import { backUp, noise } from './support/vaults.ts'

let python: PythonReader

beforeAll(async () => {
  python = await pythonReader(process.env)
})

test('the second reader has at most 300 lines', () => {
  expect(python.lines).toBeLessThanOrEqual(300)
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
    await backUp(vault.drive('0AFinance'), 0, files)
    return { path: join(folder, 'vault'), key: key.path }
  }

  test('comes out of the second reader with every byte, also when a passphrase locks its key', async () => {
    const { path, key } = await vaultWith('caf\u00e9 au lait')
    const locked = await pythonReader({ ...process.env, BACKSTOP_PASSPHRASE: 'cafe\u0301 au lait' })
    const to = emptyFolder()
    await locked.run('extract', path, key, to)
    for (const [id, bytes] of Object.entries(files))
      expect(readFileSync(join(to, '0AFinance/files', `File ${id}`)).equals(bytes)).toBe(true)
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
