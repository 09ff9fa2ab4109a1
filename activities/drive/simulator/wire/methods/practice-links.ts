import type { Operation } from '../../model/resources.ts'
import type { WireAnswer } from '../http/exchange.ts'
import { download } from '../media/download.ts'
import { operationContent } from './exports.ts'
import { type Call, idOf, type Method } from './method.ts'

/** Addresses that Google's answers contain without being methods: they need the same token and cost nothing. */
export const practiceMethods: readonly Method[] = [
  {
    id: 'link.operationContent',
    verb: 'GET',
    path: '/drive/v3/operations/{name}/content',
    units: 'free',
    access: 'read',
    run: operationContent,
  },
  { id: 'link.content', verb: 'GET', path: '/file/{fileId}/content', units: 'free', access: 'read', run: content },
  { id: 'link.export', verb: 'GET', path: '/file/{fileId}/export', units: 'free', access: 'read', run: exported },
]

/** The requests of an upload session. */
export const sessionMethods: readonly Method[] = ['/upload/drive/v3/files', '/upload/drive/v3/files/{fileId}'].map((path) => ({
  id: 'upload.chunk',
  verb: 'PUT',
  path,
  units: 'free',
  access: 'none',
  run: chunk,
}))

function content(call: Call): WireAnswer {
  return download(call.model.files.content(call.actor, idOf(call, 'fileId')), call.request.headers.range)
}

/** An export link has no size limit, unlike `files.export`: it is the same work as `files.download`. */
async function exported(call: Call): Promise<WireAnswer> {
  const { model, actor } = call
  let operation: Operation = model.files.download(actor, idOf(call, 'fileId'), { mimeType: call.params.required('mimeType') })
  while (!operation.done) operation = model.operations.get(actor, operation.name)
  return download(await model.operations.content(actor, operation.name), undefined)
}

function chunk(call: Call): Promise<WireAnswer> {
  return call.uploads.put(call.params.required('upload_id'), call.request.headers['content-range'], call.request.body)
}
