import type { Operation } from '../../model/resources.ts'
import { project } from '../fields/project.ts'
import { readJson } from '../http/body.ts'
import { json } from '../http/exchange.ts'
import { download } from '../media/download.ts'
import { type Call, idOf, type Method, maskOf } from './method.ts'

/** Google-native files have no bytes of their own: they are exported, or downloaded by a long-running operation. */
export const exportMethods: readonly Method[] = [
  {
    id: 'drive.files.export',
    verb: 'GET',
    path: 'files/{fileId}/export',
    units: 'download',
    access: 'read',
    async run(call) {
      return download(await call.model.files.export(call.actor, idOf(call, 'fileId'), call.params.required('mimeType')), undefined)
    },
  },
  {
    id: 'drive.files.download',
    verb: 'POST',
    path: 'files/{fileId}/download',
    units: 'download',
    access: 'read',
    async run(call) {
      await readJson(call.request.body)
      const args = { mimeType: call.params.text('mimeType'), revisionId: call.params.text('revisionId') }
      return answer(call, call.model.files.download(call.actor, idOf(call, 'fileId'), args))
    },
  },
  {
    id: 'drive.operations.get',
    verb: 'GET',
    path: 'operations/{name}',
    units: 'other',
    access: 'read',
    run: (call) => answer(call, call.model.operations.get(call.actor, idOf(call, 'name'))),
  },
]

/** The bytes behind a finished operation; its address comes with the operation and needs the same token. */
export async function operationContent(call: Call) {
  return download(await call.model.operations.content(call.actor, idOf(call, 'name')), call.request.headers.range)
}

function answer(call: Call, operation: Operation) {
  const uri = operation.response?.downloadUri
  const linked =
    typeof uri === 'string'
      ? { ...operation, response: { ...operation.response, downloadUri: new URL(uri, `${call.url}/drive/v3/`).href } }
      : operation
  return json(project(linked, maskOf(call, 'Operation')))
}
