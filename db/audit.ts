import type { Db } from './client.ts'
import type { Prisma } from './generated/client.ts'

export type AuditDecision = 'allowed' | 'denied' | 'refused'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** Who asked for what, and what was said (P14). The table refuses every change and deletion. */
export type AuditEntry = {
  readonly id: string
  readonly at: Date
  readonly actorId: string | null
  readonly surface: string
  readonly verb: string
  readonly target: string | null
  /** Without secrets: whoever writes an entry takes them out. */
  readonly arguments: JsonValue
  readonly decision: AuditDecision
  readonly outcome: string
  readonly latencyMs: number
}

export type NewAudit = Omit<AuditEntry, 'id'>

export async function recordAudit(db: Db, accountId: string, entry: NewAudit): Promise<void> {
  await db.prisma.audit.create({ data: { ...entry, accountId, arguments: entry.arguments as Prisma.InputJsonValue }, select: { id: true } })
}

export type AuditFilter = {
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly actorId?: string | undefined
  readonly verb?: string | undefined
  /** The last entry that was shown already. */
  readonly before?: string | undefined
  readonly limit: number
}

/** The newest entries first, in the order in which they were written. */
export async function listAudit(db: Db, accountId: string, filter: AuditFilter): Promise<AuditEntry[]> {
  const { from, to, actorId, verb, before, limit } = filter
  const rows = await db.prisma.audit.findMany({
    where: {
      accountId,
      at: { ...(from && { gte: from }), ...(to && { lte: to }) },
      ...(actorId !== undefined && { actorId }),
      ...(verb !== undefined && { verb }),
      ...(before !== undefined && { id: { lt: BigInt(before) } }),
    },
    orderBy: { id: 'desc' },
    take: limit,
    omit: { accountId: true },
  })
  return rows.map((row) => ({
    ...row,
    id: String(row.id),
    arguments: row.arguments as JsonValue,
    decision: row.decision as AuditDecision,
  }))
}
