/** A flow that is limited by the minute and by the day. `Infinity` for a limit that there is not. */
export type Budget = {
  readonly perMinute: number
  readonly perDay: number
  readonly usedToday: number
  readonly msToDayEnd: number
}

export type Limits = { readonly units: Budget; readonly egress: Budget }

/** One limit as the database has it: null for one that there is not. */
export type LimitRow = {
  readonly key: string
  readonly perMinute: number | null
  readonly unitsPerDay: number | null
  readonly egressPerDay: number | null
  readonly unitsToday: number
  readonly egressToday: number
  readonly now: Date
  readonly dayEndsAt: Date
}

/** What several identities and their projects allow together. What others have used of a project counts. */
export function limitsOf(rows: readonly LimitRow[]): Limits {
  const projects = rows.filter(({ key }) => key.startsWith('project:'))
  const people = rows.filter(({ key }) => !key.startsWith('project:'))
  const msToDayEnd = Math.max(1, ...rows.map(({ now, dayEndsAt }) => dayEndsAt.getTime() - now.getTime()))
  const budget = (perDay: (row: LimitRow) => number | null, used: (row: LimitRow) => number) => ({
    perDay: Math.min(total(projects, perDay), total(people, perDay)),
    usedToday: projects.reduce((sum, row) => sum + used(row), 0),
    msToDayEnd,
  })
  const perMinute = (row: LimitRow) => row.perMinute
  return {
    units: {
      perMinute: Math.min(total(projects, perMinute), total(people, perMinute)),
      ...budget(
        (row) => row.unitsPerDay,
        (row) => row.unitsToday,
      ),
    },
    egress: {
      perMinute: Number.POSITIVE_INFINITY,
      ...budget(
        (row) => row.egressPerDay,
        (row) => row.egressToday,
      ),
    },
  }
}

/** Without rows nothing is known of a limit. */
function total(rows: readonly LimitRow[], of: (row: LimitRow) => number | null): number {
  return rows.length === 0 ? Number.POSITIVE_INFINITY : rows.reduce((sum, row) => sum + (of(row) ?? Number.POSITIVE_INFINITY), 0)
}

const dayMs = 86_400_000

/** How long it takes to spend so much, beginning now, when `ceiling` of each day's budget may be used: milliseconds. */
export function timeFor(amount: number, { perMinute, perDay, usedToday, msToDayEnd }: Budget, ceiling: number): number {
  if (amount <= 0) return 0
  const perMs = perMinute / 60_000
  if (!Number.isFinite(perDay)) return amount / perMs
  const today = Math.min(Math.max(0, perDay * ceiling - usedToday), perMs * msToDayEnd)
  if (amount <= today) return amount / perMs
  const later = amount - today
  // What was overdrawn today is missing tomorrow.
  const overdrawn = Math.max(0, usedToday - perDay)
  const eachDay = Math.min(perDay * ceiling, perMs * dayMs)
  const waitedDays = Math.floor(overdrawn / perDay)
  const wholeDays = Math.ceil(later / eachDay) - 1
  return msToDayEnd + (waitedDays + wholeDays) * dayMs + (later - wholeDays * eachDay) / perMs
}
