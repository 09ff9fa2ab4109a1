import type { Media } from '../../model/requests.ts'
import type { File } from '../../model/resources.ts'
import { parseJson, readJson, readText } from '../http/body.ts'
import { invalidValue, wireError } from '../http/errors.ts'
import type { WireAnswer } from '../http/exchange.ts'
import { boundaryOf, decodeBase64, splitMultipart } from '../media/multipart.ts'
import { type Call, type Method, maskOf, render } from './method.ts'
import { fileIdOf } from './shared-drives.ts'
import { createFile, updateFile } from './store-file.ts'

type Json = Readonly<Record<string, unknown>>
type Store = (call: Call, json: Json, media?: Media) => File

/** Uploads: the same methods under `/upload/`, with the bytes in one request, beside the metadata, or in a session of their own. */
export const uploadMethods: readonly Method[] = [
  { id: 'drive.files.create', verb: 'POST', path: 'files', units: 'edit', access: 'write', run: (call) => upload(call, createFile) },
  {
    id: 'drive.files.update',
    verb: 'PATCH',
    path: 'files/{fileId}',
    units: 'edit',
    access: 'write',
    run(call) {
      const fileId = fileIdOf(call)
      return upload(call, (at, json, media) => updateFile(at, fileId, json, media))
    },
  },
]

function upload(call: Call, store: Store): Promise<WireAnswer> {
  switch (call.params.text('uploadType')) {
    case 'media':
      return uploadSimple(call, store)
    case 'multipart':
      return uploadMultipart(call, store)
    case 'resumable':
      return openSession(call, store)
    default:
      throw invalidValue('uploadType')
  }
}

async function uploadSimple(call: Call, store: Store): Promise<WireAnswer> {
  const mask = maskOf(call, 'File')
  const content = await call.model.content.put(call.request.body)
  return render(call, mask, store(call, {}, { content, mimeType: call.request.headers['content-type'] }))
}

async function uploadMultipart(call: Call, store: Store): Promise<WireAnswer> {
  const mask = maskOf(call, 'File')
  const parts = splitMultipart(call.request.body, boundaryOf(call.request.headers['content-type']))
  const first = await parts.next()
  if (first.done) throw missingPart()
  const metadata = parseJson(await readText(first.value.body))
  const second = await parts.next()
  if (second.done) throw missingPart()
  const { headers, body } = second.value
  const encoded = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64'
  const content = await call.model.content.put(encoded ? decodeBase64(body) : body)
  return render(call, mask, store(call, metadata, { content, mimeType: headers.get('content-type') }))
}

async function openSession(call: Call, store: Store): Promise<WireAnswer> {
  const mask = maskOf(call, 'File')
  const metadata = await readJson(call.request.body)
  const mimeType = call.request.headers['x-upload-content-type']
  const announced = call.request.headers['x-upload-content-length']
  if (announced !== undefined && !/^\d{1,15}$/.test(announced)) throw invalidValue('X-Upload-Content-Length')
  const total = announced === undefined ? undefined : Number(announced)
  const id = call.uploads.open((content) => render(call, mask, store(call, metadata, { content, mimeType })), total)
  const query = new URLSearchParams(call.request.query)
  query.delete('access_token')
  query.set('upload_id', id)
  return {
    status: 200,
    headers: { location: `${call.url}${call.request.path}?${query}`, 'x-guploader-uploadid': id, 'content-length': '0' },
  }
}

function missingPart() {
  return wireError(400, 'badRequest', 'Malformed multipart body: it must have a part with the metadata and one with the content.')
}
