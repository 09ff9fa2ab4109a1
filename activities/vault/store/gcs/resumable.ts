/**
 * Large objects, in the parts of a resumable upload. Nothing is visible before the last part, and that is conditional like a plain create.
 * What a killed process leaves behind is a session: invisible, and taken away by Google itself after a week.
 * https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
import { createHash } from 'node:crypto'
import type { FileMetadata } from '@google-cloud/storage'
import type { Random } from '../../../../db/kit/random.ts'
import { StoreUnavailable } from '../../errors.ts'
import { plain, taken } from '../cloud-errors.ts'
import { inTime } from '../in-time.ts'
import type { ObjectRef } from '../object-store.ts'
import type { Part } from '../parts.ts'
import type { Retry } from '../retry.ts'
import { created, failure, fileOf, find, type GcsPlace } from './bucket.ts'
import { isMissing, isTaken, problemOf, unavailable } from './gcs-errors.ts'
import { ask, refusalOf } from './http.ts'

/** Names the call that wrote an object, on the object. */
const writerMark = 'backstop-write'

type Session = { readonly place: GcsPlace; readonly key: string; readonly mark: string; readonly uri: string }
type Sent = { readonly part: Part; readonly from: number }

/**
 * Creates the object from `first` and the parts after it. Single requests are repeated by `retry`.
 * @throws {AlreadyExists} the key was taken, before the upload or when it ended
 */
export async function createResumable(
  { place, key, retry, random }: { readonly place: GcsPlace; readonly key: string; readonly retry: Retry; readonly random: Random },
  first: Part,
  rest: AsyncIterable<Part>,
): Promise<ObjectRef> {
  const there = await retry(() => find(place, key))
  if (there) throw taken(place.name, key, new Error('It was there before the upload began'))
  const mark = Buffer.from(random.bytes(16)).toString('hex')
  const session: Session = { place, key, mark, uri: await retry(() => begin(place, key, mark)) }
  const hash = createHash('md5')
  let from = 0
  const upload = async (part: Part) => {
    hash.update(part.bytes)
    const sent = { part, from }
    from += part.bytes.byteLength
    return retry((again) => send(session, sent, again))
  }
  let made = await upload(first)
  for await (const part of rest) made = await upload(part)
  if (made === undefined) throw new StoreUnavailable(`The ${place.name} ended the upload of ${key} without making it. Try again.`)
  await compare(session, made, hash.digest('base64'))
  return { ...created(place, key, made), sizeBytes: from }
}

async function begin(place: GcsPlace, key: string, mark: string): Promise<string> {
  const file = fileOf(place, { key })
  try {
    const metadata = { metadata: { [writerMark]: mark } }
    const options = { metadata, preconditionOpts: { ifGenerationMatch: 0 } }
    return (await inTime(place.timeoutMs, () => file.createResumableUpload(options)))[0]
  } catch (error) {
    throw await failure(place, { key }, error)
  }
}

/** Sends a part until Google has all of it. A part that is sent again is no harm: what is there already is passed over. */
async function send(session: Session, { part, from }: Sent, again: boolean): Promise<FileMetadata | undefined> {
  const end = from + part.bytes.byteLength
  for (let at = from; at < end; ) {
    const answer = await put(session, part.bytes.subarray(at - from), `bytes ${at}-${end - 1}/${part.last ? end : '*'}`)
    if (answer.status === 200 || answer.status === 201) return (await answer.json()) as FileMetadata
    const kept = answer.status === 308 ? keptOf(answer) : undefined
    if (kept === undefined || kept < at) return ended(session, answer, again)
    await answer.arrayBuffer()
    at = kept
  }
  return undefined
}

/** How many bytes of the object Google has. */
const keptOf = (answer: Response) => Number(/^bytes=0-([0-9]+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? -1) + 1

async function put({ place, uri }: Session, bytes: Uint8Array, range: string): Promise<Response> {
  try {
    // The address of a session is a secret of its own: nothing else has to be signed.
    const request = { method: 'PUT', headers: { 'content-range': range }, body: Buffer.from(bytes) }
    return await inTime(place.timeoutMs, (signal) => ask(uri, { ...request, signal }))
  } catch (error) {
    throw unavailable(place.name, error)
  }
}

/** The session is at an end. That may be because an earlier try had ended it well, and only the answer was lost. */
async function ended({ place, key, mark }: Session, answer: Response, again: boolean): Promise<FileMetadata> {
  const refusal = refusalOf(answer.status, await answer.text())
  const problem = problemOf(refusal)
  const gone = isMissing(problem) || problem.status === 410
  if (isTaken(problem) || gone) {
    const there = await find(place, key)
    if (again && there?.metadata?.[writerMark] === mark) return there
    if (there) throw taken(place.name, key, plain(refusal))
  }
  throw gone ? unavailable(place.name, refusal) : await failure(place, { key }, refusal)
}

/** An object that is not what was sent is taken away again. @throws {StoreUnavailable} */
async function compare({ place, key }: Session, made: FileMetadata, md5Hash: string): Promise<void> {
  if (made.md5Hash === undefined || made.md5Hash === md5Hash) return
  await fileOf(place, { key, versionId: String(made.generation) }).delete({ ignoreNotFound: true })
  throw new StoreUnavailable(
    `The ${place.name} kept other bytes of ${key} than were sent. They were removed again; the upload may be repeated.`,
  )
}
