/**
 * One slot of a task's schedule: look for new drives, then ask for a backup of each active one.
 *
 * Trigger   the task's Temporal schedule; skipped by it while an earlier one of the same task still runs
 * Result    the number of drives that were asked for; their backups go on by themselves
 * Promises  ACT-01: a drive that is not active is left alone. DEL-09: a paused task asks for nothing
 */
import type { BackupTaskInput } from './contract/backup.ts'
import { records, shards } from './proxies.ts'

export async function backupTask(input: BackupTaskInput): Promise<{ readonly requested: number }> {
  await shards().discoverDrives(input)
  return records.requestDriveBackups(input)
}
