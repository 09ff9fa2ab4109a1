import type { Clock } from '../../db/kit/clock.ts'

/** Wakes whoever watches a conversation, or the messages of an account. It carries no content: whoever wakes up reads the database. */
export interface Hub {
  wake(topic: string): void
  watch(topics: readonly string[]): Watch
}

export interface Watch {
  /** Resolves when one of the topics has been woken since the last call, after `ms`, or when the signal is aborted; it never rejects. */
  next(ms: number, signal: AbortSignal): Promise<void>
  close(): void
}

export function createHub(clock: Clock): Hub {
  const watches = new Set<{ readonly ids: ReadonlySet<string>; readonly ring: () => void }>()
  return {
    wake: (topic) => {
      for (const { ids, ring } of watches) if (ids.has(topic)) ring()
    },
    watch(topics) {
      // Rung already when the watcher is still busy with the last call: then the next one returns at once, and nothing is missed.
      let bell = new AbortController()
      const watch = { ids: new Set(topics), ring: () => bell.abort() }
      watches.add(watch)
      return {
        async next(ms, signal) {
          const rung = bell.signal
          // A sleep that is cut short is how one wakes up, not a failure.
          await clock.sleep(ms, AbortSignal.any([signal, rung])).catch(() => {})
          if (rung.aborted) bell = new AbortController()
        },
        close: () => {
          watches.delete(watch)
        },
      }
    },
  }
}
