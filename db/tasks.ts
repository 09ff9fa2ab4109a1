import type { Db } from './client.ts'
import type { BackupTaskModel } from './generated/models.ts'
import { escapeLike } from './kit/escape-like.ts'

export type TaskState = 'active' | 'paused'

/** SET-03. The words are the ones that people see. */
export type Connection = 'Connected' | 'Disconnected'

/** SET-18, exactly these. */
export type Frequency = 'Daily' | 'Every 3 days' | 'Weekly' | '3 times a day'

/** A backup plan for the shared drives that one Google administrator can reach. Its credential is read by {@link taskCredential} alone. */
export type Task = {
  readonly id: string
  readonly name: string
  readonly state: TaskState
  readonly connection: Connection
  /** Why it is disconnected, in words. */
  readonly connectionNote: string | null
  /** The Google identity that consented. */
  readonly connectedEmail: string | null
  readonly frequency: Frequency
  readonly hourUtc: number
  readonly autoActivate: boolean
  readonly indexForSearch: boolean
  /** A run that would remove more than this share of a drive's items, and at least `holdItems` of them, is held. */
  readonly holdPercent: number
  readonly holdItems: number
  /** Comments and their replies are stored too, for one more call a changed file. */
  readonly withComments: boolean
  /** What Google has flagged as malware or spam is fetched all the same. */
  readonly fetchFlagged: boolean
  /** Ids of the labels that are stored. */
  readonly labelIds: readonly string[]
  readonly discoveredAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Who consented, and the sealed refresh token or service-account key (db/kit/seal.ts). */
export type Grant = { readonly connectedEmail: string; readonly credential: Uint8Array }

/** The settings that a person may change. */
export type TaskChanges = Partial<
  Pick<
    Task,
    'name' | 'state' | 'frequency' | 'hourUtc' | 'autoActivate' | 'holdPercent' | 'holdItems' | 'withComments' | 'fetchFlagged' | 'labelIds'
  >
>

const withoutSecrets = { accountId: true, credential: true } as const

/** Makes a connected task. A name that the account has already is refused with undefined; a repeat with the same id gives the task. */
export async function createTask(
  db: Db,
  accountId: string,
  task: { readonly id: string; readonly name: string; readonly now: Date } & Grant,
): Promise<Task | undefined> {
  const { now, credential, ...rest } = task
  await db.prisma.backupTask.createMany({
    data: { ...rest, accountId, credential: Buffer.from(credential), connection: 'Connected', createdAt: now, updatedAt: now },
    skipDuplicates: true,
  })
  return taskById(db, accountId, task.id)
}

export async function taskById(db: Db, accountId: string, taskId: string): Promise<Task | undefined> {
  const row = await db.prisma.backupTask.findUnique({ where: { accountId, id: taskId }, omit: withoutSecrets })
  return row ? toTask(row) : undefined
}

/** By name, in whatever case it was typed; the exact spelling goes first. */
export async function taskByName(db: Db, accountId: string, name: string): Promise<Task | undefined> {
  const rows = await db.prisma.backupTask.findMany({
    where: { accountId, name: { equals: escapeLike(name), mode: 'insensitive' } },
    orderBy: { id: 'asc' },
    omit: withoutSecrets,
  })
  const row = rows.find((task) => task.name === name) ?? rows[0]
  return row ? toTask(row) : undefined
}

/** Every task of the account, by name. */
export async function listTasks(db: Db, accountId: string): Promise<Task[]> {
  const rows = await db.prisma.backupTask.findMany({
    where: { accountId },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    omit: withoutSecrets,
  })
  return rows.map(toTask)
}

/**
 * Changes settings (SET-02 the name among them).
 * @returns the task as it is now; `name taken` when another task has the name; undefined when there is no such task
 */
export async function updateTask(
  db: Db,
  accountId: string,
  taskId: string,
  changes: TaskChanges,
  now: Date,
): Promise<Task | 'name taken' | undefined> {
  const [row] = await db.query<{ id: string | null; taken: boolean }>(
    `with taken as (select 1 from backup_task where account_id = $1 and name = $3 and id <> $2),
       changed as (
         update backup_task set name = coalesce($3, name), state = coalesce($4, state), frequency = coalesce($5, frequency),
           hour_utc = coalesce($6, hour_utc), auto_activate = coalesce($7, auto_activate), hold_percent = coalesce($9, hold_percent),
           hold_items = coalesce($10, hold_items), with_comments = coalesce($11, with_comments), fetch_flagged = coalesce($12, fetch_flagged),
           label_ids = coalesce($13, label_ids), updated_at = $8
         where account_id = $1 and id = $2 and not exists (select 1 from taken) returning id
       )
     select (select id from changed) as id, exists (select 1 from taken) as taken`,
    [
      accountId,
      taskId,
      changes.name ?? null,
      changes.state ?? null,
      changes.frequency ?? null,
      changes.hourUtc ?? null,
      changes.autoActivate ?? null,
      now,
      changes.holdPercent ?? null,
      changes.holdItems ?? null,
      changes.withComments ?? null,
      changes.fetchFlagged ?? null,
      changes.labelIds ?? null,
    ],
  )
  const task = await taskById(db, accountId, taskId)
  return task && row?.taken ? 'name taken' : task
}

/** SET-05: a consent makes the task Connected again and keeps all else. */
export async function reconnectTask(db: Db, accountId: string, taskId: string, grant: Grant, now: Date): Promise<Task | undefined> {
  const [row] = await db.prisma.backupTask.updateManyAndReturn({
    where: { accountId, id: taskId },
    data: {
      connectedEmail: grant.connectedEmail,
      credential: Buffer.from(grant.credential),
      connection: 'Connected',
      connectionNote: null,
      updatedAt: now,
    },
    omit: withoutSecrets,
  })
  return row ? toTask(row) : undefined
}

/** SET-04: the grant is not good any more. `note` says why, in words. */
export async function disconnectTask(db: Db, accountId: string, taskId: string, note: string, now: Date): Promise<Task | undefined> {
  const [row] = await db.prisma.backupTask.updateManyAndReturn({
    where: { accountId, id: taskId },
    data: { connection: 'Disconnected', connectionNote: note, updatedAt: now },
    omit: withoutSecrets,
  })
  return row ? toTask(row) : undefined
}

/** The drives that the task can reach have been read from Drive. */
export async function markDiscovered(db: Db, accountId: string, taskId: string, now: Date): Promise<void> {
  await db.prisma.backupTask.updateMany({ where: { accountId, id: taskId }, data: { discoveredAt: now } })
}

/** The sealed credential. Only what talks to Drive asks for it. */
export async function taskCredential(db: Db, accountId: string, taskId: string): Promise<Uint8Array | undefined> {
  const row = await db.prisma.backupTask.findUnique({ where: { accountId, id: taskId }, select: { credential: true } })
  return row?.credential ?? undefined
}

function toTask(row: Omit<BackupTaskModel, keyof typeof withoutSecrets>): Task {
  return {
    ...row,
    state: row.state as TaskState,
    connection: row.connection as Connection,
    frequency: row.frequency as Frequency,
  }
}
