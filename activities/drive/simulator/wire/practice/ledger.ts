/** Calls and units of one method. */
export type LedgerRow = { calls: number; units: number; errors: number; bytesIn: number; bytesOut: number }

/** One call, for the list of the latest. */
export type LedgerCall = {
  readonly at: string
  readonly method: string
  readonly user: string
  /** HTTP status; 0 when the connection broke before there was an answer. */
  readonly status: number
  readonly units: number
}

export type LedgerReport = {
  /** Hand it back as `since` to see only what came after. */
  readonly marker: string
  readonly total: LedgerRow
  readonly methods: Readonly<Record<string, LedgerRow>>
  readonly latest: readonly LedgerCall[]
}

const latestCalls = 200
const markersKept = 1_000

export type Ledger = ReturnType<typeof createLedger>

/** Counts every call and quota unit by method. Media calls stand apart: `drive.files.get:media`. */
export function createLedger() {
  const rows = new Map<string, LedgerRow>()
  const markers = new Map<string, ReadonlyMap<string, LedgerRow>>()
  let latest: LedgerCall[] = []
  let nextMarker = 1

  function mark(): string {
    const marker = `m${nextMarker}`
    nextMarker += 1
    markers.set(marker, new Map([...rows].map(([method, row]) => [method, { ...row }])))
    const oldest = markers.keys().next()
    if (markers.size > markersKept && !oldest.done) markers.delete(oldest.value)
    return marker
  }

  return {
    record(call: LedgerCall, bytes: { readonly in: number; readonly out: number }): void {
      const row = rows.get(call.method) ?? emptyRow()
      rows.set(call.method, row)
      add(
        row,
        { calls: 1, units: call.units, errors: call.status >= 400 || call.status === 0 ? 1 : 0, bytesIn: bytes.in, bytesOut: bytes.out },
        1,
      )
      latest.push(call)
      if (latest.length > latestCalls * 2) latest = latest.slice(-latestCalls)
    },

    /** Bytes of a body that were sent after the call had been recorded. */
    sent(method: string, bytes: number): void {
      const row = rows.get(method)
      if (row) row.bytesOut += bytes
    },

    /** Totals, or what was added after `since`; nothing when that marker is unknown. */
    report(since?: string): LedgerReport | undefined {
      const base = since === undefined ? new Map<string, LedgerRow>() : markers.get(since)
      if (!base) return undefined
      const total = emptyRow()
      const methods: Record<string, LedgerRow> = {}
      for (const [method, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const difference = { ...row }
        add(difference, base.get(method) ?? emptyRow(), -1)
        if (difference.calls === 0) continue
        methods[method] = difference
        add(total, difference, 1)
      }
      return { marker: mark(), total, methods, latest: latest.slice(-latestCalls) }
    },

    reset(): void {
      rows.clear()
      markers.clear()
      latest = []
    },
  }
}

function emptyRow(): LedgerRow {
  return { calls: 0, units: 0, errors: 0, bytesIn: 0, bytesOut: 0 }
}

function add(row: LedgerRow, other: LedgerRow, sign: 1 | -1): void {
  row.calls += sign * other.calls
  row.units += sign * other.units
  row.errors += sign * other.errors
  row.bytesIn += sign * other.bytesIn
  row.bytesOut += sign * other.bytesOut
}
