import type { Db } from './client.ts'
import type { DriveModel } from './generated/models.ts'
import { escapeLike } from './kit/escape-like.ts'

export type Lifecycle = 'not-active' | 'active' | 'paused' | 'archived'

export type DriveOutcome = 'success' | 'partial' | 'held' | 'failed'

/** A shared drive and how its backups stand. Names are the drive's own: hostile text. */
export type Drive = {
  readonly id: string
  readonly taskId: string
  readonly name: string
  readonly lifecycle: Lifecycle
  /** Set while a backup is queued or running. */
  readonly currentRunId: string | null
  readonly lastOutcome: DriveOutcome | null
  readonly lastError: string | null
  /** TASK-05: an organizer can be impersonated. */
  readonly managerReachable: boolean
  /** 0: there is no snapshot yet. */
  readonly latestGeneration: number
  /** Cache of the newest position in the change feed; the vault's root has the truth. */
  readonly pageToken: string | null
  readonly itemCount: number
  readonly backupBytes: number
  readonly firstSeenAt: Date
  readonly activatedAt: Date | null
  /** The last run that ended well or partly. */
  readonly lastBackupAt: Date | null
  /** The last time that the change feed was drained to its end. */
  readonly lastCheckedAt: Date | null
  /** The domain whose administrator's view has shown the drive: only there can its absence mean that it was deleted (G8). */
  readonly domainSeenBy: string | null
  /** Removals that the last run has held back until a person says so. */
  readonly heldRemovals: number | null
  /** SET-10: since when it is gone at Google, and the lifecycle that it gets back if it is found again. */
  readonly archivedAt: Date | null
  readonly archivedFrom: string | null
}

export type DriveFilter = {
  readonly taskId?: string | undefined
  readonly lifecycle?: Lifecycle | undefined
  /** DRV-02: part of the name, whatever its case. */
  readonly contains?: string | undefined
  /** The last drive that was shown already. */
  readonly after?: Pick<Drive, 'id' | 'name'> | undefined
  readonly limit?: number | undefined
}

export async function driveById(db: Db, accountId: string, driveId: string): Promise<Drive | undefined> {
  const row = await db.prisma.drive.findUnique({ where: { accountId_id: { accountId, id: driveId } } })
  return row ? toDrive(row) : undefined
}

export async function drivesById(db: Db, accountId: string, driveIds: readonly string[]): Promise<Drive[]> {
  const rows = await db.prisma.drive.findMany({
    where: { accountId, id: { in: [...driveIds] } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  })
  return rows.map(toDrive)
}

/** Drives by name (DRV-01, DRV-02), a page at a time when there is a limit. */
export async function listDrives(db: Db, accountId: string, filter: DriveFilter = {}): Promise<Drive[]> {
  const { after, limit } = filter
  const rows = await db.prisma.drive.findMany({
    where: {
      ...narrowed(accountId, filter),
      ...(after && { OR: [{ name: { gt: after.name } }, { name: after.name, id: { gt: after.id } }] }),
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    ...(limit !== undefined && { take: limit }),
  })
  return rows.map(toDrive)
}

/** How many drives a list would have without its paging. */
export async function countDrives(db: Db, accountId: string, filter: Omit<DriveFilter, 'after' | 'limit'> = {}): Promise<number> {
  return db.prisma.drive.count({ where: narrowed(accountId, filter) })
}

function narrowed(accountId: string, { taskId, lifecycle, contains }: DriveFilter) {
  return {
    accountId,
    ...(taskId !== undefined && { taskId }),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(contains !== undefined && { name: { contains: escapeLike(contains), mode: 'insensitive' as const } }),
  }
}

/** ACT-05: drives of connected tasks that nobody has activated yet. */
export function countNeverActivated(db: Db, accountId: string): Promise<number> {
  return db.prisma.drive.count({ where: { accountId, lifecycle: 'not-active', activatedAt: null } })
}

function toDrive(row: DriveModel): Drive {
  const { accountId: _, ...drive } = row
  return {
    ...drive,
    lifecycle: row.lifecycle as Lifecycle,
    lastOutcome: row.lastOutcome as DriveOutcome | null,
    itemCount: Number(row.itemCount),
    backupBytes: Number(row.backupBytes),
    heldRemovals: row.heldRemovals === null ? null : Number(row.heldRemovals),
  }
}
