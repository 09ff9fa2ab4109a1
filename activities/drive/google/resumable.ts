import type { drive_v3 } from '@googleapis/drive'
import { failureType } from '../failure-table.ts'
import type { StoredItem } from '../target.ts'
import { driveFailure, HttpRefusal } from './failure.ts'
import { toStored } from './map.ts'
import type { Session } from './session.ts'
import { headerSafe, type Upload, uploadUrl, wrongSize } from './upload-request.ts'

/** A multiple of 256 KiB, as Google demands. */
const chunkBytes = 8 * 1024 * 1024
const mostSessions = 3
const mostIdlePuts = 5

/** The session is over, by Google's word; only a new one helps. */
class SessionLost extends Error {
  override readonly name = 'SessionLost'
}

/** How far Google has got: bytes that it holds for good, or the finished file. */
type Progress = { readonly received: number } | { readonly stored: StoredItem }

type Chunk = { readonly start: number; readonly bytes: Uint8Array }

/** Uploads in a session. What breaks is taken up where Google says; a session that Google gives up is begun anew, with the content from its start. */
export async function uploadInSession(session: Session, upload: Upload): Promise<StoredItem> {
  for (let attempt = 1; ; attempt++) {
    const earlier = attempt > 1 ? await upload.findEarlier?.() : undefined
    if (earlier) return earlier
    try {
      return await runSession(session, upload, await openUpload(session, upload))
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error
      if (attempt === mostSessions)
        throw driveFailure('TransientProvider', { detail: `Google gave up ${attempt} upload sessions.`, cause: error })
    }
  }
}

function openUpload(session: Session, { metadata, contentMimeType, size }: Upload): Promise<string> {
  return session.call('files.create', async (signal) => {
    const headers = {
      authorization: await session.authorization(),
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': headerSafe(contentMimeType),
      'x-upload-content-length': String(size),
    }
    const response = await fetch(uploadUrl(session, 'resumable'), { method: 'POST', headers, body: JSON.stringify(metadata), signal })
    const answer = await response.text()
    if (!response.ok) throw new HttpRefusal(response.status, response.headers, answer)
    const location = response.headers.get('location')
    if (!location) throw driveFailure('TransientProvider', { detail: 'The upload session has no address.' })
    return location
  })
}

async function runSession(session: Session, { content, size, onProgress }: Upload, url: string): Promise<StoredItem> {
  let sent = 0
  for await (const bytes of inChunks(content())) {
    const chunk = { start: sent, bytes }
    sent += bytes.length
    if (sent > size || (bytes.length < chunkBytes && sent !== size)) throw wrongSize(size, sent)
    const stored = await sendChunk(session, url, chunk, size)
    onProgress?.(sent)
    if (stored) return stored
  }
  throw sent === size ? new SessionLost('Google has all bytes and no file.') : wrongSize(size, sent)
}

/** Sends one chunk until Google holds all of it. Google may keep less than it was sent. */
async function sendChunk(session: Session, url: string, chunk: Chunk, total: number): Promise<StoredItem | undefined> {
  const end = chunk.start + chunk.bytes.length
  let at = chunk.start
  for (let idle = 0; at < end; ) {
    const progress = await session.call('upload.put', async (signal, attempt) => {
      const known = attempt === 1 ? { received: at } : await put(session, url, signal, `bytes */${total}`)
      if ('stored' in known || known.received >= end) return known
      if (known.received < chunk.start) throw new SessionLost(`Google has lost bytes from ${known.received} on.`)
      const rest = chunk.bytes.subarray(known.received - chunk.start)
      return put(session, url, signal, `bytes ${known.received}-${end - 1}/${total}`, rest)
    })
    if ('stored' in progress) return progress.stored
    idle = progress.received > at ? 0 : idle + 1
    if (progress.received < chunk.start || idle > mostIdlePuts) throw new SessionLost('Google does not take the bytes.')
    at = progress.received
  }
  return undefined
}

/** One `PUT` of the session: bytes, or without them the question how far Google has got. */
async function put(session: Session, url: string, signal: AbortSignal, range: string, body?: Uint8Array): Promise<Progress> {
  const headers = { authorization: await session.authorization(), 'content-range': range }
  const response = await fetch(url, {
    method: 'PUT',
    headers,
    signal,
    redirect: 'manual',
    ...(body && { body: body as Uint8Array<ArrayBuffer> }),
  })
  if (response.status === 308) {
    await response.body?.cancel()
    const held = /^bytes=0-(\d+)$/.exec(response.headers.get('range') ?? '')
    return { received: held ? Number(held[1]) + 1 : 0 }
  }
  const answer = await response.text()
  if (response.ok) return { stored: toStored(JSON.parse(answer) as drive_v3.Schema$File) }
  throw isOver(response.status, answer)
    ? new SessionLost(`Google answered with ${response.status}.`)
    : new HttpRefusal(response.status, response.headers, answer)
}

/** "Any 4xx: start a new session", but for those that say something of their own: the id is taken, the drive is full, slow down, renew the token. */
function isOver(status: number, answer: string): boolean {
  if (status === 404 || status === 410) return true
  if (status < 400 || status >= 500) return false
  return status === 400 && failureType({ status, reason: reasonIn(answer) }) === 'InvalidRequest'
}

function reasonIn(answer: string): string | undefined {
  return /"reason"\s*:\s*"(\w+)"/.exec(answer)?.[1]
}

async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const part of content) {
    held.push(part)
    heldBytes += part.length
    if (heldBytes < chunkBytes) continue
    const bytes = Buffer.concat(held, heldBytes)
    let at = 0
    for (; at + chunkBytes <= bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
    held = at < bytes.length ? [bytes.subarray(at)] : []
    heldBytes = bytes.length - at
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes)
}
