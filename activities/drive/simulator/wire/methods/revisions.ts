import { noContent } from '../http/exchange.ts'
import { readTyped } from '../http/typed-body.ts'
import { download } from '../media/download.ts'
import { revisionBody } from './bodies.ts'
import { type Call, idOf, type Method, maskOf, render } from './method.ts'

const one = 'files/{fileId}/revisions/{revisionId}'

function ids(call: Call): readonly [fileId: string, revisionId: string] {
  return [idOf(call, 'fileId'), idOf(call, 'revisionId')]
}

const get: Method = {
  id: 'drive.revisions.get',
  verb: 'GET',
  path: one,
  units: 'read',
  access: 'metadata',
  run: (call) => render(call, maskOf(call, 'Revision'), call.model.revisions.get(call.actor, ...ids(call))),
  media: {
    units: 'download',
    access: 'read',
    run(call) {
      const [fileId, revisionId] = ids(call)
      const options = { revisionId, acknowledgeAbuse: call.params.flag('acknowledgeAbuse') }
      return download(call.model.files.content(call.actor, fileId, options), call.request.headers.range)
    },
  },
}

export const revisionMethods: readonly Method[] = [
  get,
  {
    id: 'drive.revisions.list',
    verb: 'GET',
    path: 'files/{fileId}/revisions',
    units: 'list',
    access: 'metadata',
    run(call) {
      const mask = maskOf(call, 'RevisionList')
      const page = { pageSize: call.params.integer('pageSize', { min: 1, max: 1000 }), pageToken: call.params.text('pageToken') }
      return render(call, mask, { kind: 'drive#revisionList', ...call.model.revisions.list(call.actor, idOf(call, 'fileId'), page) })
    },
  },
  {
    id: 'drive.revisions.update',
    verb: 'PATCH',
    path: one,
    units: 'edit',
    access: 'write',
    async run(call) {
      const mask = maskOf(call, 'Revision')
      const body = await readTyped(call.request.body, revisionBody)
      return render(call, mask, call.model.revisions.update(call.actor, ...ids(call), body))
    },
  },
  {
    id: 'drive.revisions.delete',
    verb: 'DELETE',
    path: one,
    units: 'edit',
    access: 'write',
    run(call) {
      call.model.revisions.delete(call.actor, ...ids(call))
      return noContent
    },
  },
]
