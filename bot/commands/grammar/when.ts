import { parse } from 'chrono-node'

/** Which moment a day without an hour means: its first or its last. */
export type Edge = 'start' | 'end'

/**
 * The moment that words such as `yesterday 14:00`, `last friday` or `2026-11-20` name for a person in `timeZone`; undefined when they name
 * none. A word that says a day only is that day's start or end there.
 */
export function readWhen(text: string, now: Date, timeZone: string, edge: Edge): Date | undefined {
  const trimmed = text.trim()
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(trimmed)) return validDate(new Date(trimmed))

  const [found, more] = parse(trimmed, { instant: now, timezone: offsetMinutes(now, timeZone) }, { forwardDate: false })
  if (!found || more || found.text.length < trimmed.replace(/^(on|at|from|the) /i, '').length * 0.8) return undefined
  const { start } = found
  if (start.isCertain('timezoneOffset') && !isZone(start.get('timezoneOffset'), now, timeZone)) return validDate(start.date())

  const [year, month, day] = [start.get('year'), start.get('month'), start.get('day')]
  if (year === null || month === null || day === null) return undefined
  if (!start.isCertain('hour')) {
    const wholeMonth = !start.isCertain('day') && !start.isCertain('weekday') && day === 1
    if (edge === 'start') return wallTime(timeZone, year, month, day)
    const next = wholeMonth ? wallTime(timeZone, year, month + 1, 1) : wallTime(timeZone, year, month, day + 1)
    return new Date(next.getTime() - 1)
  }
  return wallTime(timeZone, year, month, day, start.get('hour') ?? 0, start.get('minute') ?? 0, start.get('second') ?? 0)
}

const isZone = (offset: number | null, now: Date, timeZone: string): boolean => offset === offsetMinutes(now, timeZone)

const validDate = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date)

/** The moment when clocks in `timeZone` show this. In an hour that is skipped or repeated in spring or autumn, the later reading. */
function wallTime(timeZone: string, year: number, month: number, day: number, hour = 0, minute = 0, second = 0): Date {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second)
  const first = asUtc - offsetMinutes(new Date(asUtc), timeZone) * 60_000
  return new Date(asUtc - offsetMinutes(new Date(first), timeZone) * 60_000)
}

/** How far `timeZone` is ahead of UTC at a moment. */
export function offsetMinutes(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000)
}
