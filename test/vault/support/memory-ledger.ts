import type { GcLedger } from '../../../activities/vault/gc/ledger.ts'
import type { Session } from '../../../workflows/policy/gc.ts'

export type MemoryLedger = GcLedger & {
  epoch: number
  ageMs: number
  readonly open: Map<string, { epoch: number; quietMs: number }>
  readonly fenced: Set<string>
  /** What later runs could rely on: container by blob. */
  readonly known: Map<string, string>
}

/** A ledger that a test can look into, and whose clock it sets. */
export function memoryLedger(): MemoryLedger {
  let plan: string | undefined
  let cleanGen: number | undefined
  const ledger: MemoryLedger = {
    epoch: 0,
    ageMs: 0,
    open: new Map(),
    fenced: new Set(),
    known: new Map(),
    async state() {
      const { epoch, ageMs } = ledger
      const cycle = plan === undefined ? ({ phase: 'idle' } as const) : ({ phase: 'marked', epoch, ageMs, plan } as const)
      return { epoch, cycle, ...(cleanGen !== undefined && { cleanGen }) }
    },
    sessions: async () => [...ledger.open].map(([id, session]): Session => ({ id, ...session })),
    async begin(epoch, key, gone) {
      if (ledger.epoch !== epoch || plan !== undefined || (gone.orphans && ledger.open.size > 0)) return false
      ledger.epoch += 1
      plan = key
      for (const [blobId, container] of ledger.known) if (gone.containers.includes(container)) ledger.known.delete(blobId)
      for await (const batch of gone.blobs) for (const blobId of batch) ledger.known.delete(blobId)
      return true
    },
    async clean(gen) {
      cleanGen = gen
    },
    async fence(sessions) {
      for (const id of sessions) {
        ledger.open.delete(id)
        ledger.fenced.add(id)
      }
    },
    async end(epoch) {
      if (epoch === ledger.epoch) plan = undefined
    },
    async adopt(epoch) {
      if (epoch <= ledger.epoch) return
      ledger.epoch = epoch
      ledger.known.clear()
      plan = undefined
    },
  }
  return ledger
}
