import { type DriveMethod, unitsOf } from './units.ts'

export type MeterReading = {
  readonly calls: number
  readonly units: number
  readonly byMethod: Readonly<Partial<Record<DriveMethod, { readonly calls: number; readonly units: number }>>>
}

/** Counts the calls of one run: every attempt, since Google charges for each. */
export type Meter = {
  count(method: DriveMethod): void
  /** All that was counted so far. */
  read(): MeterReading
}

export function createMeter(): Meter {
  const calls = new Map<DriveMethod, number>()
  return {
    count(method) {
      calls.set(method, (calls.get(method) ?? 0) + 1)
    },
    read() {
      const rows = [...calls].map(([method, count]) => [method, { calls: count, units: count * unitsOf[method] }] as const)
      return {
        calls: rows.reduce((sum, [, row]) => sum + row.calls, 0),
        units: rows.reduce((sum, [, row]) => sum + row.units, 0),
        byMethod: Object.fromEntries(rows),
      }
    },
  }
}
