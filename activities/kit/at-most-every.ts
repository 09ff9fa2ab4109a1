import type { Clock } from '../../db/kit/clock.ts'

/** `work`, but not more often than every `ms` milliseconds: calls in between are dropped. For progress; say the last word yourself. */
export function atMostEvery(clock: Clock, ms: number, work: () => Promise<void>): () => Promise<void> {
  let last = 0
  return async () => {
    const now = clock.now().getTime()
    if (now - last < ms) return
    last = now
    await work()
  }
}
