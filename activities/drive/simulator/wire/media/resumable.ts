import type { Clock } from '../../../../../db/kit/clock.ts'
import { newId, type Random } from '../../../../../db/kit/random.ts'
import type { ContentStore, StoredContent } from '../../model/content-store.ts'
import { wireError } from '../http/errors.ts'
import type { WireAnswer } from '../http/exchange.ts'
import { badRange, type ContentRange, parseContentRange } from './content-range.ts'
import { openSink, type Sink } from './sink.ts'

const weekMs = 7 * 24 * 60 * 60_000

/** What happens with the bytes when the last has arrived: the file is made and the answer written. */
export type Finish = (stored: StoredContent) => WireAnswer

type Session = {
  readonly finish: Finish
  readonly expiresAt: number
  total: number | undefined
  sink: Sink | undefined
  answer: WireAnswer | undefined
  /** The request that is bringing bytes now. */
  current: { readonly stop: AbortController; readonly settled: Promise<unknown> } | undefined
}

export type Uploads = ReturnType<typeof createUploads>

/** Sessions of resumable uploads. They live a week and, unlike files, not over a restart: an unknown session is begun anew by the client. */
export function createUploads(content: ContentStore, clock: Clock, random: Random) {
  const sessions = new Map<string, Session>()

  function drop(id: string, session: Session): void {
    session.sink?.abandon()
    sessions.delete(id)
  }

  async function receive(session: Session, range: ContentRange, body: AsyncIterable<Uint8Array>): Promise<WireAnswer> {
    if (session.answer) return session.answer
    if (range.kind === 'question') {
      if (range.total !== 0) return incomplete(session)
    } else await append(session, range, body)
    const received = session.sink?.received() ?? 0
    const complete = range.kind !== 'chunk' || range.end === session.total
    if (!complete) return incomplete(session)
    const sink = session.sink ?? openSink(content)
    session.sink = undefined
    if (session.total !== undefined && received > session.total) throw badRange('more bytes came than were announced')
    session.answer = session.finish(await sink.end())
    return session.answer
  }

  async function append(
    session: Session,
    range: Exclude<ContentRange, { kind: 'question' }>,
    body: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    session.sink ??= openSink(content)
    const { sink } = session
    const start = range.kind === 'chunk' ? range.start : 0
    if (start !== sink.received()) throw badRange(`it begins at ${start}, but ${sink.received()} bytes are here`)
    if (range.kind === 'chunk') session.total = agreed(session.total, range.total)
    const expected = range.kind === 'chunk' ? range.end - range.start : session.total
    const stop = new AbortController()
    const reading = readInto(sink, body, expected, stop.signal)
    // Whoever waits for this only wants to know that it is over; its failure is thrown below.
    session.current = { stop, settled: Promise.allSettled([reading]) }
    try {
      await reading
    } catch (error) {
      sink.interrupt()
      throw error
    } finally {
      session.current = undefined
    }
  }

  return {
    /** Begins a session and returns its id. `total` is the size, when the client has announced it. */
    open(finish: Finish, total: number | undefined): string {
      const now = clock.now().getTime()
      for (const [id, session] of sessions) if (session.expiresAt <= now) drop(id, session)
      const id = newId(random, 'upload')
      sessions.set(id, { finish, total, expiresAt: now + weekMs, sink: undefined, answer: undefined, current: undefined })
      return id
    },

    /**
     * One `PUT`: 308 with the `Range` that is here, or the answer of the finished upload, which a repeated `PUT` gets again.
     * @throws {WireError} any 4xx: the session is over and the client must begin a new one
     */
    async put(id: string, contentRange: string | undefined, body: AsyncIterable<Uint8Array>): Promise<WireAnswer> {
      const session = sessions.get(id)
      if (!session) throw wireError(404, 'notFound', 'The upload session does not exist. Begin a new one.')
      if (session.expiresAt <= clock.now().getTime()) {
        drop(id, session)
        throw wireError(410, 'gone', 'The upload session has expired. Begin a new one.')
      }
      // A client whose connection broke comes back before the old connection is known to be dead.
      session.current?.stop.abort(new Error('The client began a new request for this upload.'))
      await session.current?.settled
      try {
        return await receive(session, parseContentRange(contentRange), body)
      } catch (error) {
        if (error instanceof Error && 'status' in error && !session.answer) drop(id, session)
        throw error
      }
    },

    /** Gives up all unfinished sessions. */
    close(): void {
      for (const [id, session] of sessions) drop(id, session)
    },
  }
}

function incomplete(session: Session): WireAnswer {
  const received = session.sink?.received() ?? 0
  return { status: 308, headers: { 'content-length': '0', ...(received > 0 ? { range: `bytes=0-${received - 1}` } : {}) } }
}

function agreed(known: number | undefined, announced: number | undefined): number | undefined {
  if (known !== undefined && announced !== undefined && known !== announced) throw badRange(`its size is not the announced ${known}`)
  return announced ?? known
}

/** Reads a request's bytes into the sink; stops when `signal` says so, even while the client keeps silent. */
async function readInto(sink: Sink, body: AsyncIterable<Uint8Array>, expected: number | undefined, signal: AbortSignal): Promise<void> {
  const chunks = body[Symbol.asyncIterator]()
  let count = 0
  for (;;) {
    const next = await unlessAborted(chunks.next(), signal)
    if (next.done) break
    count += next.value.length
    if (expected !== undefined && count > expected) throw badRange('more bytes came than it says')
    await sink.write(next.value)
  }
  if (expected !== undefined && count < expected) throw badRange('fewer bytes came than it says')
}

/** Not a race with one long-lived promise: that would keep every chunk until the upload is over. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
