import { z } from 'zod'
import { runSummary } from '../../../db/runs.ts'
import { notice } from '../../cards/notice.ts'
import { sent, target } from '../args.ts'
import { command } from '../command.ts'

/** Stops the running backup of a drive. What was fetched is kept for the next run. */
export const backupCancel = command({
  path: 'backup cancel',
  aliases: ['backup stop', 'cancel backup'],
  summary: 'Stop the running backup of a drive',
  args: z.object({ drive: target.drive('the drive'), run: sent.text().optional() }),
  permission: 'backups:execute',
  risk: 'write',
  examples: ['backup cancel Finance'],
  run: async ({ drive, run: shown }, { db, account, temporal, dryRun }) => {
    const run = drive.currentRunId === null ? undefined : await runSummary(db, account.id, drive.currentRunId)
    // R3: the button of an old card must not stop the backup of today.
    if (shown !== undefined && shown !== run?.id) {
      return { card: notice('info', drive.name, `That backup of ${drive.name} has ended already.`), refused: 'that run has ended' }
    }
    if (!run || run.phase === 'done') {
      return { card: notice('info', drive.name, `No backup of ${drive.name} is running.`), refused: 'nothing is running' }
    }
    if (dryRun) return { card: notice('info', 'Dry run', `The backup of ${drive.name} would be stopped. Nothing was done.`) }
    await temporal.cancelRun(account.id, drive.id, run.id)
    return { card: notice('info', drive.name, `The backup of ${drive.name} is being stopped. What was fetched is kept for the next run.`) }
  },
})
