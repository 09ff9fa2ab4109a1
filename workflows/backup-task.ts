/**
 * One slot of a task's schedule: look for new drives, then ask for a backup of each active one.
 *
 * Trigger   the task's Temporal schedule; skipped by it while an earlier one of the same task still runs
 * Result    the number of drives that were asked for; their backups go on by themselves
 * Promises  ACT-01: a drive that is not active is left alone. DEL-09: a paused task asks for nothing. SET-04: a lost consent disconnects it
 */
import type { BackupTaskInput } from './contract/backup.ts'
import { failureOf } from './policy/failure.ts'
import { records, shards } from './proxies.ts'

export async function backupTask(input: BackupTaskInput): Promise<{ readonly requested: number }> {
  try {
    await shards().discoverDrives(input)
  } catch (error) {
    const failure = failureOf(error)
    if (failure.type !== 'GrantRevoked') throw error
    await records.markDisconnected({ ...input, reason: failure.message })
    return { requested: 0 }
  }
  return records.requestDriveBackups(input)
}
