import type { drive_v3 } from '@googleapis/drive'
import type { StoredItem } from '../target.ts'
import { HttpRefusal } from './failure.ts'
import { toStored } from './map.ts'
import { uploadInSession } from './resumable.ts'
import type { Session } from './session.ts'
import { headerSafe, type Upload, uploadUrl, wrongSize } from './upload-request.ts'

/** Up to here one request is cheaper than a session. https://developers.google.com/workspace/drive/api/guides/manage-uploads */
const oneRequestBytes = 5 * 1024 * 1024

/** Creates a file with its content: small ones in one request, others in a session that survives a broken connection. */
export function uploadContent(session: Session, upload: Upload): Promise<StoredItem> {
  return upload.size <= oneRequestBytes ? uploadAtOnce(session, upload) : uploadInSession(session, upload)
}

async function uploadAtOnce(session: Session, upload: Upload): Promise<StoredItem> {
  const { metadata, contentMimeType, size, content, onProgress, findEarlier } = upload
  const bytes = await collect(content(), size)
  const boundary = `backstop-${Buffer.from(session.random.bytes(18)).toString('hex')}`
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n`),
    Buffer.from(`--${boundary}\r\ncontent-type: ${headerSafe(contentMimeType)}\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const stored = await session.call('files.create', async (signal, attempt) => {
    const earlier = attempt > 1 ? await findEarlier?.() : undefined
    if (earlier) return earlier
    const headers = { authorization: await session.authorization(), 'content-type': `multipart/related; boundary=${boundary}` }
    const response = await fetch(uploadUrl(session, 'multipart'), { method: 'POST', headers, body, signal })
    if (!response.ok) throw new HttpRefusal(response.status, response.headers, await response.text())
    return toStored((await response.json()) as drive_v3.Schema$File)
  })
  onProgress?.(size)
  return stored
}

async function collect(content: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of content) {
    parts.push(part)
    length += part.length
  }
  if (length !== size) throw wrongSize(size, length)
  return Buffer.concat(parts, length)
}
