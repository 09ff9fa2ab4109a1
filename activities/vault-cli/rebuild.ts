import { driveById } from '../../db/drives.ts'
import { notKeptInVaults, type Rebuilt, rebuildAccount } from '../rebuild/rebuild.ts'
import type { RebuiltDrive } from '../rebuild/rebuild-drive.ts'
import { drivesIn } from '../vault/accounts.ts'
import { openVault, type Vault } from '../vault/index.ts'
import type { Outside, VaultCommand } from './command.ts'
import { databaseHelp, databaseOptions, withDatabase } from './database.ts'
import { openPlace, type Place, placeHelp, placeOptions, readArgs } from './options.ts'
import { progress } from './progress.ts'
import { quoted } from './quoted.ts'

/** The database from the vault: the answer to a lost or old one. */
export const rebuild: VaultCommand = {
  help: `backstop vault rebuild [--dry-run] [--every] [--json]

Makes the database again from the vault: drives, every snapshot and item, and what the next backup needs to go on incrementally. What the
database holds already is compared with the vault and kept, or made again where it differs. Can be repeated and cut off at any time.
In the end the rows of the newest snapshot, and of each whose state hash the vault keeps, are compared by hash.

  --dry-run          only say what is missing
  --every            compare the rows of every snapshot by hash
  --json             one JSON object
${databaseHelp}
${placeHelp}

Example: backstop vault --data .backstop rebuild`,

  async run(args, outside) {
    const { values } = readArgs(args, {
      ...placeOptions,
      ...databaseOptions,
      'dry-run': { type: 'boolean' },
      every: { type: 'boolean' },
      json: { type: 'boolean' },
    })
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    if (values['dry-run']) return dryRun(values, outside, place, vault)
    const rebuilt = await withDatabase(values, outside, (db) =>
      rebuildAccount({
        db,
        vault,
        store: place.store,
        clock: outside.clock,
        signal: outside.stop,
        every: values.every ?? false,
        note: progress(outside),
      }),
    )
    if (values.json) outside.say(JSON.stringify(rebuilt))
    else for (const line of reportOf(rebuilt)) outside.say(line)
    return rebuilt.drives.some(({ outcome }) => outcome === 'differs') ? 1 : 0
  },
}

function reportOf({ accountId, task, drives }: Rebuilt): readonly string[] {
  const snapshots = drives.reduce((sum, drive) => sum + drive.snapshots, 0)
  return [
    ...drives.map(lineOf),
    `Account ${accountId}: ${drives.length} drives and ${snapshots} snapshots are in the database.`,
    ...(task
      ? [
          `Their task is "${task.name}". It has no consent to Google: start Backstop and type  task reconnect "${task.name}"  to go on with backups.`,
        ]
      : []),
    notKeptInVaults,
  ]
}

function lineOf(drive: RebuiltDrive): string {
  const { driveId, name = '', outcome, snapshots, items, hashed, differences } = drive
  const figures = `${snapshots} snapshots, ${items.toLocaleString('en-US')} items, ${hashed} compared by hash`
  return [`${driveId}  ${quoted(name)}  ${outcome}: ${figures}`, ...differences.map((line) => `  ${line}`)].join('\n')
}

async function dryRun(values: { readonly database?: string; readonly json?: boolean }, outside: Outside, place: Place, vault: Vault) {
  return withDatabase(
    values,
    outside,
    async (db) => {
      for await (const driveId of drivesIn(place.store, place.accountId)) {
        let snapshots = 0
        let newest = 0
        for await (const { gen, maintenance } of vault.drive(driveId).roots()) {
          newest = gen
          if (!maintenance) snapshots += 1
        }
        const known = await driveById(db, place.accountId, driveId)
        const knownGeneration = known?.latestGeneration ?? 0
        const missing = known ? `the database is ${newest - knownGeneration} generations behind` : 'the database does not know the drive'
        outside.say(
          values.json
            ? JSON.stringify({ driveId, snapshots, newest, knownGeneration })
            : `${driveId}  ${snapshots} snapshots in the vault; ${missing}`,
        )
      }
      return 0
    },
    'as it is',
  )
}
