import type { Db } from './client.ts'

/** One line of System Activity (JOB-14): what Backstop did. `at` and the words are what people see. */
export type ActivityEntry = {
  readonly id: string
  readonly at: Date
  readonly activity: string
  readonly service: string
  readonly subService: string | null
  readonly status: string
  readonly taskName: string | null
  readonly item: string | null
  readonly actorId: string | null
}

export type NewActivity = {
  readonly activity: string
  readonly status: string
  readonly subService?: string | undefined
  readonly taskName?: string | undefined
  readonly item?: string | undefined
  readonly actorId?: string | undefined
  readonly now: Date
}

export async function recordActivity(db: Db, accountId: string, entry: NewActivity): Promise<void> {
  const { now, activity, status, subService, taskName, item, actorId } = entry
  await db.prisma.activity.create({
    data: {
      accountId,
      at: now,
      activity,
      status,
      subService: subService ?? null,
      taskName: taskName ?? null,
      item: item ?? null,
      actorId: actorId ?? null,
    },
    select: { id: true },
  })
}

export type ActivityFilter = {
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly taskName?: string | undefined
  /** The last entry that was shown already. */
  readonly before?: string | undefined
  readonly limit: number
}

/** The newest entries first, in the order in which they were written. */
export async function listActivity(db: Db, accountId: string, filter: ActivityFilter): Promise<ActivityEntry[]> {
  const { from, to, taskName, before, limit } = filter
  const rows = await db.prisma.activity.findMany({
    where: {
      accountId,
      at: { ...(from && { gte: from }), ...(to && { lte: to }) },
      ...(taskName !== undefined && { taskName }),
      ...(before !== undefined && { id: { lt: BigInt(before) } }),
    },
    orderBy: { id: 'desc' },
    take: limit,
    omit: { accountId: true },
  })
  return rows.map((row) => ({ ...row, id: String(row.id) }))
}
