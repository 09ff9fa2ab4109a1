import { dayCeiling } from './lanes.ts'
import { type Limits, timeFor } from './quota-time.ts'

/** The least and the most that it can be. */
export type Range = { readonly low: number; readonly high: number }

/** What a listing has shown of a drive. Everything that a backup would fetch is counted as often as it is there. */
export type Measured = {
  /** Pages of the listing: a backup lists again. */
  readonly pages: number
  readonly items: number
  /** Files whose content is downloaded as it is. */
  readonly files: number
  readonly fileBytes: number
  /** Of these: content that the vault holds already and a backup would not fetch. */
  readonly held: number
  readonly heldBytes: number
  /** Google's own documents that are exported, and the size that Google names for them. */
  readonly exports: number
  readonly exportBytes: number
  /** Items of which only name, place and sharing can be stored. */
  readonly bare: number
  /** Items with direct grants: sharing is read for each. */
  readonly shared: number
  /** Shortcuts: the target of one that points out of the drive is looked for. */
  readonly shortcuts: number
  /** Files whose comments are read, where the task wants them. */
  readonly commented: number
}

export const nothingMeasured: Measured = {
  pages: 0,
  items: 0,
  files: 0,
  fileBytes: 0,
  held: 0,
  heldBytes: 0,
  exports: 0,
  exportBytes: 0,
  bare: 0,
  shared: 0,
  shortcuts: 0,
  commented: 0,
}

/** A drive that is measured to its end. */
export type MeasuredDrive = Measured & { readonly distinct: Distinct }

/** How much of what has to be fetched is left when the same content is fetched once: shares between 0 and 1. */
export type Distinct = { readonly files: Range; readonly bytes: Range }

/** What earlier backups of this installation have reached, or what is assumed when there was none. */
export type Speed = { readonly itemsPerSecond: Range; readonly bytesPerSecond: Range; readonly runs: number }

/** Before the first run nothing is known of the line: what eight downloads at once get over an ordinary one. */
export const assumedSpeed: Speed = { itemsPerSecond: { low: 4, high: 25 }, bytesPerSecond: { low: 4e6, high: 40e6 }, runs: 0 }

/** A run so short says little about speed. */
const shortestSeconds = 1

/** The speeds of earlier runs. Each was held up by either bytes or items, so the faster half tells what is possible. */
export function speedOf(runs: readonly { readonly items: number; readonly bytes: number; readonly seconds: number }[]): Speed {
  const telling = runs.filter(({ seconds, items }) => seconds >= shortestSeconds && items > 0)
  if (telling.length === 0) return assumedSpeed
  const upperHalf = (rates: readonly number[]): Range => {
    const sorted = rates.toSorted((a, b) => a - b)
    return { low: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, high: sorted.at(-1) ?? 0 }
  }
  return {
    itemsPerSecond: upperHalf(telling.map(({ items, seconds }) => items / seconds)),
    bytesPerSecond: upperHalf(telling.map(({ bytes, seconds }) => bytes / seconds)),
    runs: telling.length,
  }
}

export type Bound = 'egress' | 'units' | 'speed'

export type DriveEstimate = { readonly calls: Range; readonly units: Range; readonly bytes: Range; readonly items: number }

export type Estimate = DriveEstimate & {
  /** From the start of the first to the end of the last, all at once. */
  readonly ms: Range
  /** What the shorter and the longer time are due to. */
  readonly bounds: { readonly low: Bound; readonly high: Bound }
}

/** Quota units of a page of a list, of sharing or of comments, of content, and of a look (drive.md, "Quota"). */
const unitsPer = { page: 100, content: 200, look: 5 } as const
/** The feed's two ends and the drive itself with its members. */
const frame = { looks: 2, pages: 2 } as const
/** An export is as long as its format makes it; Google's own figure is of something else. */
const exportFactor: Range = { low: 0.05, high: 2 }
/** A page has 100 grants; few items have more. */
const pagesOfSharing: Range = { low: 1, high: 1.1 }
/** Exports over 10 MB take some calls more; downloads that break are taken up again. */
const spare: Range = { low: 1, high: 1.05 }

/** What a first backup of one drive costs. */
export function costOf({ distinct, ...measured }: MeasuredDrive): DriveEstimate {
  const files = measured.files - measured.held
  const fileBytes = measured.fileBytes - measured.heldBytes
  const at = (end: keyof Range) => {
    const contents = Math.ceil(files * distinct.files[end] + measured.exports)
    const pages = measured.pages + Math.ceil(measured.shared * pagesOfSharing[end]) + measured.commented + frame.pages
    const looks = (end === 'high' ? measured.shortcuts : 0) + frame.looks
    const calls = Math.ceil((contents + pages + looks) * spare[end])
    const units = Math.ceil((contents * unitsPer.content + pages * unitsPer.page + looks * unitsPer.look) * spare[end])
    return { calls, units, bytes: Math.ceil(fileBytes * distinct.bytes[end] + measured.exportBytes * exportFactor[end]) }
  }
  const [low, high] = [at('low'), at('high')]
  return {
    items: measured.items,
    calls: { low: low.calls, high: high.calls },
    units: { low: low.units, high: high.units },
    bytes: { low: low.bytes, high: high.bytes },
  }
}

/** Drives that a worker backs up at once. */
const atOnce = 4

/**
 * How long first backups of these drives take with what is left of today's quota and all of the days after: each limit by itself, and the
 * slowest decides. Nothing else is taken to use the same quota.
 */
export function estimateOf(drives: readonly DriveEstimate[], limits: Limits, speed: Speed): Estimate {
  const sum = (of: (drive: DriveEstimate) => Range): Range => ({
    low: drives.reduce((total, drive) => total + of(drive).low, 0),
    high: drives.reduce((total, drive) => total + of(drive).high, 0),
  })
  const [calls, units, bytes] = [sum((drive) => drive.calls), sum((drive) => drive.units), sum((drive) => drive.bytes)]
  const low = slowest(drives, { units: units.low, bytes: bytes.low }, limits, speed, 'low')
  const high = slowest(drives, { units: units.high, bytes: bytes.high }, limits, speed, 'high')
  const items = drives.reduce((total, drive) => total + drive.items, 0)
  return { items, calls, units, bytes, ms: { low: low.ms, high: Math.max(low.ms, high.ms) }, bounds: { low: low.bound, high: high.bound } }
}

function slowest(
  drives: readonly DriveEstimate[],
  amounts: { readonly units: number; readonly bytes: number },
  { units, egress }: Limits,
  speed: Speed,
  end: keyof Range,
): { readonly ms: number; readonly bound: Bound } {
  // The shortest time goes with the highest speed.
  const fast = end === 'low' ? 'high' : 'low'
  const alone = (drive: DriveEstimate) =>
    Math.max(drive.bytes[end] / speed.bytesPerSecond[fast], drive.calls[end] / speed.itemsPerSecond[fast]) * 1_000
  const times = drives.map(alone)
  const together = Math.max(0, ...times, times.reduce((sum, ms) => sum + ms, 0) / Math.min(atOnce, Math.max(1, drives.length)))
  const bounds: readonly (readonly [Bound, number])[] = [
    ['speed', together],
    ['units', timeFor(amounts.units, units, dayCeiling.scheduled)],
    ['egress', timeFor(amounts.bytes, egress, dayCeiling.scheduled)],
  ]
  const [bound, ms] = bounds.reduce((worst, one) => (one[1] > worst[1] ? one : worst))
  return { ms, bound }
}
