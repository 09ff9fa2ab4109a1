import { Client } from 'pg'
import type { Clock } from './kit/clock.ts'

export type Listening = {
  readonly url: string
  readonly channel: string
  readonly clock: Clock
  /** A notification's payload. */
  onMessage(payload: string): void
  /** The connection is there, for the first time or again: what was said before is lost, so look for yourself. */
  onConnected(): void
  /** The connection could not be made or broke; it is tried again by itself. */
  onLost(error: Error): void
}

/** How long to wait before the connection is tried again. */
const retryMs = 500

/** Hears PostgreSQL's notifications on a connection of its own, which is made again whenever it breaks. Returns how to stop it. */
export function listen(listening: Listening): () => Promise<void> {
  const stopped = new AbortController()
  const running = keepListening(listening, stopped.signal)
  return async () => {
    stopped.abort(new Error(`Nobody listens to ${listening.channel} any more.`))
    await running
  }
}

async function keepListening(listening: Listening, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listenOnce(listening, signal).catch((error: Error) => listening.onLost(error))
    // The wait only ever rejects because of the signal, which the loop reads next.
    await listening.clock.sleep(retryMs, signal).catch(() => {})
  }
}

/** Resolves when it is told to stop. @throws Error when the connection cannot be made or breaks */
async function listenOnce({ url, channel, onMessage, onConnected }: Listening, signal: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000 })
  const broken = new Promise<never>((_, reject) => {
    client.once('error', reject)
    client.once('end', () => reject(new Error('PostgreSQL has closed the connection that hears its notifications.')))
  })
  const stop = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    await Promise.race([client.connect(), broken])
    client.on('notification', ({ payload }) => onMessage(payload ?? ''))
    await client.query(`listen ${client.escapeIdentifier(channel)}`)
    onConnected()
    await Promise.race([stop, broken])
  } finally {
    broken.catch(() => {})
    client.on('error', () => {})
    await client.end().catch(() => {})
  }
}
