/** Long enough for a part of 16 MiB on a slow line. */
const patienceMs = 300_000

/**
 * Does `work`, and fails when it takes longer than `ms`. The signal tells the work, where it listens: not every library does, and one
 * that waits for ever must not keep a backup waiting.
 * @throws the signal's `TimeoutError`
 */
export async function inTime<T>(ms: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms ?? patienceMs)
  let giveUp = (): void => undefined
  const late = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason)
  })
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work(signal), late])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
