import type { DriveMethod } from '../quota/units.ts'
import type { Download } from '../source.ts'
import { driveFailure, HttpRefusal, isNetworkError, NoAnswer } from './failure.ts'
import { type LinkedSignal, linkSignal } from './linked-signal.ts'
import type { Session } from './session.ts'

export type MediaRequest = {
  readonly url: string
  readonly method: DriveMethod
  /** First byte that is wanted. */
  readonly start?: number
  readonly signal?: AbortSignal | undefined
}

type Answer = { readonly response: Response; readonly link: LinkedSignal; readonly total: number | undefined }

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
    answer.link.abort(new NoAnswer('The download is over.'))
    answer.link.release()
  }
}

/** The body, watched: silence is a break. The time that the reader of the stream takes does not count. */
async function* chunks({ clock }: Session, { response, link }: Answer): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (!reader) return
  let waiting = false
  let silent = false
  const stop = clock.every(silenceMs, () => {
    if (waiting && silent) link.abort(new NoAnswer(`Nothing came for ${silenceMs / 1000} seconds.`))
    silent = waiting
  })
  try {
    for (;;) {
      waiting = true
      const { done, value } = await reader.read()
      waiting = false
      silent = false
      if (done) return
      yield value
    }
  } finally {
    stop()
  }
}

/** Asks for the bytes from `start` on. */
function ask(session: Session, { url, method, signal: own }: MediaRequest, start: number): Promise<Answer> {
  return session.call(
    method,
    async (signal) => {
      const link = linkSignal(session.signal, own, signal)
      try {
        const headers: Record<string, string> = { 'accept-encoding': 'identity' }
        if (isGoogles(url, session.rootUrl)) headers.authorization = await session.authorization()
        if (start > 0) headers.range = `bytes=${start}-`
        const response = await fetch(url, { headers, signal: link.signal })
        if (!response.ok) throw new HttpRefusal(response.status, response.headers, await response.text())
        if (start > 0 && response.status !== 206) {
          await response.body?.cancel()
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

function totalOf(response: Response, start: number): number | undefined {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  if (range) return Number(range[1])
  const length = response.headers.get('content-length')
  return length === null ? undefined : start + Number(length)
}

/** The access token is shown to Google alone, or to whom the program was told to take for Google. */
function isGoogles(url: string, rootUrl: string): boolean {
  const { origin, protocol, hostname } = new URL(url)
  if (origin === new URL(rootUrl).origin) return true
  return protocol === 'https:' && /(?:^|\.)(?:googleapis|google|googleusercontent)\.com$/.test(hostname)
}
