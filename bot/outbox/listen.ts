import { Client } from 'pg'
import type { Logger } from 'pino'
import { chatChannel } from '../../db/chat-outbox.ts'
import type { Clock } from '../../db/kit/clock.ts'

export type Listening = {
  readonly databaseUrl: string
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** An account has messages to render. */
  readonly heard: (accountId: string) => void
  /** The line is open, for the first time or again: whatever was said meanwhile has not been heard. */
  readonly connected: () => void
}

const retryMs = 1_000

/** Listens on {@link chatChannel} until the signal is aborted, and connects again whenever the line breaks. */
export async function listenForChanges(listening: Listening): Promise<void> {
  const { clock, log, signal } = listening
  let down = false
  while (!signal.aborted) {
    try {
      await listenOnce(listening, () => {
        if (down) log.info('the outbox listens to the database again')
        down = false
      })
    } catch (error) {
      if (!down && !signal.aborted) log.warn({ err: error }, 'the outbox cannot listen to the database; it polls and tries again')
      down = true
    }
    // Being stopped while it waits is the ordinary end.
    await clock.sleep(retryMs, signal).catch(() => {})
  }
}

/** Resolves when the signal is aborted; rejects when the connection breaks. */
async function listenOnce({ databaseUrl, signal, heard, connected }: Listening, opened: () => void): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, keepAlive: true })
  const ended = new Promise<void>((resolve, reject) => {
    client.once('error', reject)
    client.once('end', () => (signal.aborted ? resolve() : reject(new Error('The database has closed the connection.'))))
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  // Whoever awaits it below hears of a break; before that, connecting itself fails.
  ended.catch(() => {})
  client.on('notification', ({ payload }) => {
    if (payload !== undefined) heard(payload)
  })
  try {
    await client.connect()
    await client.query(`listen ${chatChannel}`)
    opened()
    connected()
    await ended
  } finally {
    // A broken connection cannot be closed in good order, and needs not be.
    await client.end().catch(() => {})
  }
}
