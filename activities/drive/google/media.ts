import type { DriveMethod } from '../quota/units.ts'
import type { Download } from '../source.ts'
import { driveFailure, HttpRefusal, isNetworkError, NoAnswer } from './failure.ts'
import { bodyText, type GetAnswer, get } from './get.ts'
import { type LinkedSignal, linkSignal } from './linked-signal.ts'
import type { Session } from './session.ts'

export type MediaRequest = {
  readonly url: string
  readonly method: DriveMethod
  /** First byte that is wanted. */
  readonly start?: number
  readonly signal?: AbortSignal | undefined
}

type Answer = { readonly response: GetAnswer; readonly link: LinkedSignal; readonly total: number | undefined }

/** Breaks of a connection in a row, with less than this many bytes between them, after which a download is given up. */
const mostBreaks = 5
const progressBytes = 1024 * 1024
/** A connection that brings nothing for so long counts as broken. */
const silenceMs = 60_000

/** Begins a download and returns when its head has come. See {@link DriveSource.download}. */
export async function openMedia(session: Session, request: MediaRequest): Promise<Download> {
  const start = request.start ?? 0
  const first = await ask(session, request, start)
  return { stream: follow(session, request, first, start), ...(first.total !== undefined && { size: first.total }) }
}

async function* follow(session: Session, request: MediaRequest, first: Answer, start: number): AsyncGenerator<Uint8Array> {
  const { total } = first
  let answer = first
  let at = start
  let breaks = 0
  let brokeAt = start
  try {
    for (;;) {
      try {
        for await (const chunk of chunks(session, answer)) {
          at += chunk.length
          yield chunk
        }
        if (total === undefined || at >= total) break
      } catch (error) {
        session.signal.throwIfAborted()
        request.signal?.throwIfAborted()
        if (!isNetworkError(error) && !(error instanceof NoAnswer)) throw error
      }
      answer.link.release()
      breaks = at - brokeAt >= progressBytes ? 1 : breaks + 1
      brokeAt = at
      if (breaks > mostBreaks) throw driveFailure('TransientProvider', { detail: `The connection broke ${breaks} times at byte ${at}.` })
      answer = await ask(session, request, at)
      if (answer.total !== total) throw driveFailure('TransientProvider', { detail: 'The content changed while it was read.' })
    }
  } finally {
    answer.link.release()
    // A reader that leaves early leaves the connection unusable; one that has read all gives it back.
    if (!answer.response.body.readableEnded) answer.response.body.destroy()
  }
}

/** The body, watched: silence is a break. The time that the reader of the stream takes does not count. */
async function* chunks({ clock }: Session, { response, link }: Answer): AsyncGenerator<Uint8Array> {
  let waiting = true
  let silent = false
  const stop = clock.every(silenceMs, () => {
    if (waiting && silent) response.body.destroy(new NoAnswer(`Nothing came for ${silenceMs / 1000} seconds.`))
    silent = waiting
  })
  try {
    for await (const chunk of response.body) {
      waiting = false
      silent = false
      yield chunk as Uint8Array
      waiting = true
    }
  } catch (error) {
    throw link.signal.aborted ? link.signal.reason : error
  } finally {
    stop()
  }
}

/** Asks for the bytes from `start` on. */
function ask(session: Session, { url, method, signal: own }: MediaRequest, start: number): Promise<Answer> {
  const headersFor = async (to: URL) => ({
    'accept-encoding': 'identity',
    ...(isGoogles(to, session.rootUrl) && { authorization: await session.authorization() }),
    ...(start > 0 && { range: `bytes=${start}-` }),
  })
  return session.call(
    method,
    async (signal) => {
      const link = linkSignal(session.signal, own, signal)
      try {
        const response = await get(url, headersFor, link.signal)
        if (response.status < 200 || response.status >= 300)
          throw new HttpRefusal(response.status, response.headers, await bodyText(response))
        if (start > 0 && response.status !== 206) {
          response.body.destroy()
          throw driveFailure('TransientProvider', { status: response.status, detail: 'The answer does not begin where it was asked to.' })
        }
        return { response, link, total: totalOf(response, start) }
      } catch (error) {
        link.release()
        throw error
      }
    },
    own,
  )
}

function totalOf(response: GetAnswer, start: number): number | undefined {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  if (range) return Number(range[1])
  const length = response.headers.get('content-length')
  return length === null ? undefined : start + Number(length)
}

/** The access token is shown to Google alone, or to whom the program was told to take for Google. */
function isGoogles({ origin, protocol, hostname }: URL, rootUrl: string): boolean {
  if (origin === new URL(rootUrl).origin) return true
  return protocol === 'https:' && /(?:^|\.)(?:googleapis|google|googleusercontent)\.com$/.test(hostname)
}
