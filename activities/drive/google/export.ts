import type { drive_v3 } from '@googleapis/drive'
import { DriveFailure } from '../failure-types.ts'
import type { Download } from '../source.ts'
import { driveFailure } from './failure.ts'
import { linkSignal } from './linked-signal.ts'
import { openMedia } from './media.ts'
import type { Session } from './session.ts'

const firstPauseMs = 500
const longestPauseMs = 10_000
const mostPolls = 200

/** See {@link DriveSource.exportAs}. */
export async function openExport(session: Session, itemId: string, mimeType: string, signal: AbortSignal | undefined): Promise<Download> {
  try {
    return await small(session, itemId, mimeType, signal)
  } catch (error) {
    if (!(error instanceof DriveFailure)) throw error
    // For some formats Google answers an export that is too large with 500.
    if (error.type === 'ExportTooLarge' || error.status === 500) return large(session, itemId, mimeType, signal, error)
    // The only thing in the request that can be wrong is the format: Google does not convert this item to it.
    if (error.type === 'InvalidRequest') throw driveFailure('NotDownloadable', { status: error.status, reason: error.reason, cause: error })
    throw error
  }
}

/** At most 10 MB, which Google makes anew each time: read whole, so that a break of the connection is repeated and not glued. */
async function small(session: Session, itemId: string, mimeType: string, signal: AbortSignal | undefined): Promise<Download> {
  const body = await session.call(
    'files.export',
    async (callSignal) => {
      const answer = await session.api.files.export({ fileId: itemId, mimeType }, { responseType: 'arraybuffer', signal: callSignal })
      return new Uint8Array(answer.data as ArrayBuffer)
    },
    signal,
  )
  return { stream: once(body), size: body.length }
}

/** A long-running operation of Google's makes the file; then it is downloaded like any other. */
async function large(
  session: Session,
  itemId: string,
  mimeType: string,
  signal: AbortSignal | undefined,
  instead: DriveFailure,
): Promise<Download> {
  const operation = await finished(session, await begin(session, itemId, mimeType, signal, instead), signal)
  if (operation.error)
    throw driveFailure(instead.type, { status: instead.status, reason: instead.reason, detail: operation.error.message ?? undefined })
  const url = operation.response?.downloadUri
  if (typeof url !== 'string') throw driveFailure('TransientProvider', { detail: 'The finished conversion has no address.' })
  return openMedia(session, { url, method: 'operations.get:media', signal })
}

async function finished(
  session: Session,
  begun: drive_v3.Schema$Operation,
  signal: AbortSignal | undefined,
): Promise<drive_v3.Schema$Operation> {
  const alive = linkSignal(session.signal, signal)
  let operation = begun
  try {
    for (let poll = 0; operation.done !== true; poll++) {
      const { name } = operation
      if (!name || poll === mostPolls) throw driveFailure('TransientProvider', { detail: 'The conversion does not come to an end.' })
      await session.clock.sleep(Math.min(firstPauseMs * 2 ** poll, longestPauseMs), alive.signal)
      const { data } = await session.call(
        'operations.get',
        (callSignal) => session.api.operations.get({ name }, { signal: callSignal }),
        signal,
      )
      operation = data
    }
    return operation
  } finally {
    alive.release()
  }
}

async function begin(
  session: Session,
  itemId: string,
  mimeType: string,
  signal: AbortSignal | undefined,
  instead: DriveFailure,
): Promise<drive_v3.Schema$Operation> {
  try {
    return await session.call(
      'files.download',
      async (callSignal) => (await session.api.files.download({ fileId: itemId, mimeType }, { signal: callSignal })).data,
      signal,
    )
  } catch (error) {
    if (error instanceof DriveFailure && ['NotDownloadable', 'InvalidRequest', 'AccessLost'].includes(error.type)) throw instead
    throw error
  }
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body
}
