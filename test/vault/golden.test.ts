import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { extractDrive } from '../../activities/vault/extract/extract-drive.ts'
import { type Kms, localKeyFile, openLocalStore, openVault, recoveryHolder } from '../../activities/vault/index.ts'
import { extract } from '../../activities/vault-cli/extract.ts'
import { list } from '../../activities/vault-cli/list.ts'
import { readRecoveryKey } from '../../activities/vault-cli/options.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { filesUnder } from './golden/files-under.ts'
import { emptyFolder, spoken } from './support/extracted.ts'
import { copyOf, goldenVaults } from './support/golden.ts'
import { all, collect } from './support/vaults.ts'

test('the golden vaults of format 1 are there, and small', () => {
  expect(goldenVaults.map(({ name, snapshots }) => [name, snapshots.length])).toEqual([
    ['v1-local', 3],
    ['v1-recovery', 3],
  ])
})

const kmsOf = async (path: string): Promise<Kms> =>
  path.endsWith('recovery.key') ? recoveryHolder(await readRecoveryKey(path)) : localKeyFile({ path, random: systemRandom })

const cases = goldenVaults.flatMap((golden) => golden.keys.map((key) => ({ golden, name: golden.name, key })))

describe.each(cases)('$name with $key', ({ golden, key }) => {
  async function open() {
    const copy = copyOf(golden)
    const store = await openLocalStore({ path: copy.vault, create: true, random: systemRandom })
    return openVault({ store, kms: await kmsOf(copy.key(key)), accountId: 'golden', clock: systemClock, random: systemRandom })
  }

  test('reads as it was written: rows, state and every byte of every snapshot', async () => {
    const vault = await open()
    for (const { driveId, gen, expected } of golden.snapshots) {
      const snapshot = await vault.drive(driveId).snapshot(gen)
      expect(await snapshot.stateHash()).toBe(expected.stateHash)
      const lines = expected.metadata
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { row: object })
      expect(await all(snapshot.rows())).toEqual(lines.map(({ row }) => row))
      for await (const { content } of snapshot.rows())
        if (content) expect((await collect(snapshot.readBlob(content))).byteLength).toBe(content.size)
    }
    await expect(vault.drive(golden.snapshots[0]?.driveId ?? '').audit()).resolves.toHaveProperty('gen')
  })

  test('extracts to the same tree, file by file', async () => {
    const vault = await open()
    for (const { driveId, gen, expected } of golden.snapshots) {
      const { reader } = vault.drive(driveId)
      const folder = join(emptyFolder(), 'out')
      const quiet = { stop: new AbortController().signal, warn: () => undefined, progress: () => undefined }
      const report = await extractDrive({ reader, root: await reader.root(gen), folder, ...quiet })
      expect(report).toMatchObject({ stateHash: expected.stateHash, failed: {}, problems: [] })
      expect(await filesUnder(folder)).toEqual(expected.files)
      expect(readFileSync(join(folder, 'metadata.jsonl'), 'utf8')).toBe(expected.metadata)
      expect(readFileSync(join(folder, 'root.json'), 'utf8')).toBe(expected.root)
    }
  })
})

test('a recovery key and the folder are all that backstop vault list and extract need', async () => {
  const golden = goldenVaults.find(({ name }) => name === 'v1-recovery') ?? expect.unreachable()
  const copy = copyOf(golden)
  const place = ['--vault', copy.vault, '--recovery-key', copy.key('recovery.key')]
  const to = emptyFolder()
  const listing = spoken()
  expect(await list.run([...place, '--json'], listing.outside)).toBe(0)
  expect(listing.said.map((line) => JSON.parse(line) as { driveId: string; gen: number })).toMatchObject([
    { driveId: '0ASecond', gen: 1 },
    { driveId: '0AFirst', gen: 2 },
  ])
  expect(await extract.run([...place, '--to', to], spoken().outside)).toBe(0)
  expect(await filesUnder(join(to, '0AFirst'))).toEqual(
    golden.snapshots.find(({ driveId, gen }) => driveId === '0AFirst' && gen === 2)?.expected.files,
  )
})
