import { newId } from '../../db/kit/random.ts'
import { drivesIn } from '../vault/accounts.ts'
import { ClockInDoubt, openVault } from '../vault/index.ts'
import { type ExpiryReport, expireSnapshots } from '../vault/retention/expire.ts'
import { expireDrive } from '../vault/retention/expire-drive.ts'
import { UsageError, type VaultCommand } from './command.ts'
import { databaseHelp, databaseOptions, withDatabase } from './database.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'

const dayMs = 86_400_000

/** SET-16, by hand. */
export const expire: VaultCommand = {
  help: `backstop vault expire --older-than DAYS [--drive ID] [--dry-run] [--json]

Gives up the snapshots that were replaced by a newer one more than so many days (and four days of grace) ago. By age only: however many
snapshots there are, none goes that is younger. The newest snapshot of a drive and its last good one always stay. What only they needed is
deleted later, by  backstop vault gc

  --older-than DAYS  the retention, at least 1
  --drive ID         only this drive
  --dry-run          only say what would be given up; needs no database
  --json             one JSON object a line, one for each drive
${databaseHelp}
${placeHelp}

Exit code 1 when a clock is in doubt, so that nothing was given up.

Example: backstop vault --data .backstop expire --older-than 365 --dry-run`,

  async run(args, outside) {
    const { values } = readArgs(args, {
      ...placeOptions,
      ...databaseOptions,
      'older-than': { type: 'string' },
      drive: { type: 'string' },
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    })
    const policy = { keepMs: daysOf(values['older-than']) * dayMs, holds: [] }
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    const driveIds = values.drive === undefined ? await Array.fromAsync(drivesIn(place.store, place.accountId)) : [values.drive]
    const dryRun = values['dry-run'] ?? false

    const each = async (work: (driveId: string) => Promise<ExpiryReport>): Promise<number> => {
      let doubts = 0
      for (const driveId of driveIds) {
        const report = await work(driveId).catch((error) => {
          if (!(error instanceof ClockInDoubt)) throw error
          outside.note(`${driveId}  ${error.message}`)
          doubts += 1
        })
        if (report) outside.say(values.json ? JSON.stringify({ driveId, dryRun, ...figures(report) }) : lineOf(driveId, report, dryRun))
      }
      return doubts > 0 ? 1 : 0
    }
    const common = () => ({ policy, sessionId: newId(outside.random, 'expire'), dryRun })
    const now = () => outside.clock.now()
    if (dryRun) return each((driveId) => expireSnapshots(vault.drive(driveId), { ...common(), now: now(), evidence: [] }))
    return withDatabase(values, outside, (db) =>
      each((driveId) => expireDrive({ db, now: now() }, place.accountId, vault.drive(driveId), common())),
    )
  },
}

function daysOf(given: string | undefined): number {
  const days = Number(given)
  if (given === undefined || !Number.isInteger(days) || days < 1)
    throw new UsageError('Say with --older-than DAYS how long snapshots are kept: a whole number of days, at least 1.')
  return days
}

const figures = ({ snapshots, given, ranges, root }: ExpiryReport) => ({ snapshots, given, ranges, ...(root && { gen: root.gen }) })

function lineOf(driveId: string, { snapshots, given, ranges }: ExpiryReport, dryRun: boolean): string {
  if (given === 0) return `${driveId}  nothing of its ${snapshots} snapshots is that old`
  const which = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
  return `${driveId}  ${given} of ${snapshots} snapshots ${dryRun ? 'would be given up' : 'were given up'}: ${which}`
}
