/**
 * Makes the database again from the vault alone: the account, its drives, every snapshot and item, and what the next backup needs to go on
 * where the last one ended. What is there already is kept; a repeat changes nothing; a run that was cut off goes on where it stopped.
 */
import { ensureAccount } from '../../db/accounts.ts'
import type { Database } from '../../db/client.ts'
import { driveById } from '../../db/drives.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { ensureRecoveredTask, type RecoveredTask } from '../../db/rebuild.ts'
import { drivesIn } from '../vault/accounts.ts'
import { type ObjectStore, Shredded, type Vault } from '../vault/index.ts'
import { nothing, type RebuiltDrive, rebuildDrive } from './rebuild-drive.ts'

export type RebuildDeps = {
  readonly db: Database
  readonly store: ObjectStore
  readonly vault: Vault
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Compare every snapshot's rows with the vault's, not only those whose hash the vault keeps. */
  readonly every?: boolean
  /** A line about the progress. */
  readonly note: (line: string) => void
}

export type Rebuilt = {
  readonly accountId: string
  /** The task that drives were put into whose own is not known. */
  readonly task?: RecoveredTask
  readonly drives: readonly RebuiltDrive[]
}

const notInTheVault =
  'Made again from the vault: its own name, settings and the consent to Google are not kept there. Press Reconnect to go on with backups.'

/** @throws {VaultError} the vault cannot be read; what was taken before stays */
export async function rebuildAccount(deps: RebuildDeps): Promise<Rebuilt> {
  const { db, store, vault, clock, signal } = deps
  const { accountId } = vault
  await ensureAccount(db, { id: accountId, name: accountId, now: clock.now() })
  const drives: RebuiltDrive[] = []
  let task: RecoveredTask | undefined
  for await (const driveId of drivesIn(store, accountId)) {
    signal.throwIfAborted()
    const drive = vault.drive(driveId)
    try {
      const known = await driveById(db, accountId, driveId)
      if (!known && (await drive.latestRoot())) task ??= await ensureRecoveredTask(db, accountId, notInTheVault, clock.now())
      drives.push(await rebuildDrive(deps, drive, known?.taskId ?? task?.id))
    } catch (error) {
      if (!(error instanceof Shredded)) throw error
      drives.push(nothing(drive, 'shredded'))
    }
  }
  return { accountId, drives, ...(task && { task }) }
}

/** What a database holds that no vault does, for whoever reads the result. */
export const notKeptInVaults =
  'People and their roles, conversations, jobs, approvals, the audit log, and the names, schedules and consents of tasks are not kept in a vault and were not brought back.'
