/**
 * Makes the golden vaults: node test/vault/golden/make.ts v1 DIR
 *
 * Those that are committed were made by this program as it was then, and are never made again: they prove that what an old version has
 * written can still be read. Run it for a new format version, or with another DIR to see what it does.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractDrive } from '../../../activities/vault/extract/extract-drive.ts'
import { vaultLayout } from '../../../activities/vault/format/layout.ts'
import { type DriveVault, localKeyFile, openLocalStore, openVault, type Vault } from '../../../activities/vault/index.ts'
import { setRecoveryKey } from '../../../activities/vault/keys/change-holders.ts'
import { renewKey } from '../../../activities/vault/keys/drive-keys.ts'
import { newRecoveryKey, recipientOfKey } from '../../../activities/vault/keys/recovery-key.ts'
import { chunked, request, stream } from '../support/vaults.ts'
import { type Item, localRuns, recoveryRuns } from './contents.ts'
import { filesUnder } from './files-under.ts'
import { seededRandom, seedPlatform, stillClock } from './seeded.ts'

const clock = stillClock('2026-03-01T12:00:00Z')

async function backUp(drive: DriveVault, parentGen: number, items: readonly Item[]): Promise<void> {
  const writer = await drive.writer(`run-${parentGen + 1}`)
  const rows = []
  for (const { row, bytes } of [...items].sort((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    if (!bytes || 'removed' in row) rows.push(row)
    else {
      const put = await writer.putBlob(chunked(bytes), { mimeType: row.mimeType, expectedSize: bytes.byteLength })
      rows.push({ ...row, content: { ...put, ...row.content } })
    }
  }
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  const listed = rows.length
  await drive.commit(
    request({
      sessionId: `run-${parentGen + 1}`,
      parentGen,
      rows: stream(rows),
      blobEntries,
      pageToken: String(parentGen + 1),
      time: new Date(Date.UTC(2026, 2, 1 + parentGen, 12)),
      counts: { listed, stored: listed, metadataOnly: 0, skipped: 0, failed: 0, removed: 0, bytes: 0 },
      drive: {
        name: `Golden ${parentGen + 1} \u202e"drive"`,
        members: [{ type: 'user', role: 'organizer', emailAddress: 'ana@example.com' }],
      },
    }),
  )
}

async function open(folder: string, seed: string): Promise<{ vault: Vault; deps: Parameters<typeof renewKey>[0] }> {
  const random = seededRandom(seed)
  const store = await openLocalStore({ path: join(folder, 'vault'), create: true, random })
  const kms = localKeyFile({ path: join(folder, 'account.key'), random })
  const vault = await openVault({ store, kms, accountId: 'golden', clock, random })
  return { vault, deps: { store, kms, clock, random, layout: vaultLayout('golden') } }
}

/** One drive with everything that format 1 knows, in three generations and one of maintenance that gives up the first. */
async function makeLocal(folder: string): Promise<void> {
  const { vault } = await open(folder, 'v1-local')
  const drive = vault.drive('0AGolden')
  for (const [n, items] of localRuns.entries()) await backUp(drive, n, items)
  await writeExpected(vault, folder, ['0AGolden'])
  await drive.maintain({ sessionId: 'upkeep', parentGen: localRuns.length, expire: [{ from: 1, to: 1 }] })
}

/** Two drives and a recovery key that came after the first, and a drive whose data key was renewed. */
async function makeRecovery(folder: string): Promise<void> {
  seedPlatform('v1-recovery')
  const { vault, deps } = await open(folder, 'v1-recovery')
  const [first, second] = [vault.drive('0AFirst'), vault.drive('0ASecond')]
  await backUp(first, 0, recoveryRuns['0AFirst']?.[0] ?? [])
  const identity = await newRecoveryKey()
  await writeFile(join(folder, 'recovery.key'), `# the recovery key of a golden vault\n${identity}\n`)
  await setRecoveryKey(deps, await recipientOfKey(identity))
  await renewKey(deps, '0AFirst')
  const again = await open(folder, 'v1-recovery again')
  await backUp(again.vault.drive('0AFirst'), 1, recoveryRuns['0AFirst']?.[1] ?? [])
  await backUp(second, 0, recoveryRuns['0ASecond']?.[0] ?? [])
  await writeExpected(again.vault, folder, ['0AFirst', '0ASecond'])
}

/** What must come out: for each snapshot its state hash, its rows as they are stored, and every extracted path with digest and time. */
async function writeExpected(vault: Vault, folder: string, driveIds: readonly string[]): Promise<void> {
  for (const driveId of driveIds) {
    const { reader, roots } = vault.drive(driveId)
    for await (const root of roots()) {
      const to = await mkdtemp(join(tmpdir(), 'backstop-golden-'))
      const quiet = { stop: new AbortController().signal, warn: console.error, progress: () => undefined }
      const { stateHash } = await extractDrive({ reader, root, folder: join(to, 'out'), ...quiet })
      const expected = join(folder, 'expected', `${driveId}-${root.gen}`)
      await mkdir(expected, { recursive: true })
      await cp(join(to, 'out', 'metadata.jsonl'), join(expected, 'metadata.jsonl'))
      await cp(join(to, 'out', 'root.json'), join(expected, 'root.json'))
      const files = await filesUnder(join(to, 'out'))
      await writeFile(join(expected, 'files.json'), `${JSON.stringify({ stateHash, files }, null, 1)}\n`)
      await rm(to, { recursive: true })
    }
  }
}

const [set, to] = process.argv.slice(2)
if (set !== 'v1' || to === undefined) throw new Error('Say what to make and where: node test/vault/golden/make.ts v1 DIR')
for (const [name, make] of Object.entries({ 'v1-local': makeLocal, 'v1-recovery': makeRecovery })) {
  await mkdir(join(to, name))
  await make(join(to, name))
  await rm(join(to, name, 'vault', '.backstop-tmp'), { recursive: true })
}
