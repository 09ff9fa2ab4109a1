/** Backpressure in bytes: whoever is about to hold bytes in memory asks first, and is served in turn. */
export type ByteBudget = {
  /** Resolves when `bytes` fit; at once when nothing is held, however many they are. */
  acquire(bytes: number): Promise<void>
  /** Counts bytes that are held already and cannot wait. */
  add(bytes: number): void
  release(bytes: number): void
  readonly heldBytes: number
}

export function createByteBudget(limitBytes: number): ByteBudget {
  const waiting: { bytes: number; go: () => void }[] = []
  let held = 0
  const fits = (bytes: number) => held === 0 || held + bytes <= limitBytes
  function admit(): void {
    for (let next = waiting[0]; next && fits(next.bytes); next = waiting[0]) {
      waiting.shift()
      held += next.bytes
      next.go()
    }
  }
  return {
    async acquire(bytes) {
      if (waiting.length > 0 || !fits(bytes)) return new Promise((go) => waiting.push({ bytes, go }))
      held += bytes
    },
    add(bytes) {
      held += bytes
    },
    release(bytes) {
      held -= bytes
      admit()
    },
    get heldBytes() {
      return held
    },
  }
}
