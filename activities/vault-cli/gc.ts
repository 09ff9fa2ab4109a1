import { usualGcPolicy } from '../../workflows/policy/gc.ts'
import { drivesIn } from '../vault/accounts.ts'
import { collectGarbage, type GcDeps } from '../vault/gc/collect.ts'
import { databaseLedger } from '../vault/gc/database-ledger.ts'
import { lookForGarbage } from '../vault/gc/look.ts'
import type { GcReport } from '../vault/gc/report.ts'
import { openVault } from '../vault/index.ts'
import { UsageError, type VaultCommand } from './command.ts'
import { databaseHelp, databaseOptions, withDatabase } from './database.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'
import { progress } from './progress.ts'

/** Deletes what no snapshot needs, in two phases a day apart. */
export const gc: VaultCommand = {
  help: `backstop vault gc [--drive ID] [--dry-run] [--approve TOKEN] [--json]

Deletes what no live snapshot needs: what was given up by  backstop vault expire  and what crashed runs left behind. One call is one step of
a drive's cycle: the first marks, and takes what is to go out of what later backups rely on; a call at least a day later deletes it, slowly,
after looking again. Backups go on beside it. Runs that began before the mark are waited for, or fenced when they were quiet for a day.

  --drive ID         only this drive
  --dry-run          only say what would go; needs no database
  --approve TOKEN    let go of more than ${usualGcPolicy.approvalPercent} % of a drive: the token that an earlier call has printed, with --drive
  --json             one JSON object a line, one for each drive
${databaseHelp}
${placeHelp}

Exit code 1 when a drive asks for an approval, or the store does not let this key delete. On a locked bucket a worker's key should not be allowed
to: call this with another.

Example: backstop vault --data .backstop gc --dry-run`,

  async run(args, outside) {
    const { values } = readArgs(args, {
      ...placeOptions,
      ...databaseOptions,
      drive: { type: 'string' },
      'dry-run': { type: 'boolean' },
      approve: { type: 'string' },
      json: { type: 'boolean' },
    })
    if (values.approve !== undefined && values.drive === undefined) throw new UsageError('An approval is for one drive: give --drive, too.')
    const place = await openPlace(values, outside)
    const { clock, random, stop: signal } = outside
    const vault = await openVault({ ...place, clock, random })
    const driveIds = values.drive === undefined ? await Array.fromAsync(drivesIn(place.store, place.accountId)) : [values.drive]
    const common: Omit<GcDeps, 'drive' | 'ledger'> = { clock, random, policy: usualGcPolicy, signal, progress: progress(outside) }

    const each = async (work: (driveId: string) => Promise<GcReport>): Promise<number> => {
      let asked = 0
      for (const driveId of driveIds) {
        const report = await work(driveId)
        outside.say(values.json ? JSON.stringify(report) : `${driveId}  ${sentenceOf(report)}`)
        if (report.outcome.did === 'asked for approval' || report.outcome.did === 'was not allowed') asked += 1
      }
      return asked > 0 ? 1 : 0
    }
    if (values['dry-run']) return each((driveId) => lookForGarbage({ ...common, drive: vault.drive(driveId) }))
    return withDatabase(values, outside, (db) =>
      each((driveId) => {
        const ledger = databaseLedger(db, place.accountId, driveId)
        return collectGarbage(
          { ...common, drive: vault.drive(driveId), ledger },
          values.approve === undefined ? {} : { approved: values.approve },
        )
      }),
    )
  },
}

function sentenceOf({ driveId, outcome, garbage, total }: GcReport): string {
  const what = garbage
    ? `${garbage.containers} packs and objects, ${garbage.segments} segments and ${garbage.roots} roots (${mebibytes(garbage.bytes)})`
    : ''
  switch (outcome.did) {
    case 'nothing':
      return `nothing to do: ${outcome.why}`
    case 'looked':
      return `would delete ${what} of ${total?.objects ?? 0} objects (${mebibytes(total?.bytes ?? 0)})`
    case 'marked':
      return `marked ${what}; call again in a day to delete them`
    case 'waited':
      return outcome.why === 'too soon'
        ? 'marked less than a day ago; nothing was deleted'
        : `waits for the runs ${outcome.runs.join(', ')}; nothing was deleted`
    case 'asked for approval':
      return `would delete ${what}, ${outcome.percent} % of the drive. To let it go: backstop vault gc --drive ${driveId} --approve ${outcome.token}`
    case 'was not allowed':
      return `the store does not let this key delete. Call again with one that may delete objects${outcome.removed.objects > 0 ? `; ${outcome.removed.objects} were deleted` : ''}`
    case 'swept': {
      const { removed, kept, fenced } = outcome
      const more = [
        kept > 0 && `${kept} are needed again and stay`,
        removed.locked > 0 && `${removed.locked} are locked and wait for the next cycle`,
        fenced.length > 0 && `the runs ${fenced.join(', ')} were quiet and were fenced`,
      ].filter(Boolean)
      return [`deleted ${removed.objects} objects (${mebibytes(removed.bytes)})`, ...more].join('; ')
    }
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
