import { noContent } from '../http/exchange.ts'
import { readTyped } from '../http/typed-body.ts'
import { requireFields } from './about.ts'
import { replyBody } from './bodies.ts'
import { type Call, idOf, type Method, maskOf, render } from './method.ts'

const many = 'files/{fileId}/comments/{commentId}/replies'
const one = `${many}/{replyId}`

function parentIds(call: Call): readonly [fileId: string, commentId: string] {
  return [idOf(call, 'fileId'), idOf(call, 'commentId')]
}

function ids(call: Call): readonly [fileId: string, commentId: string, replyId: string] {
  return [...parentIds(call), idOf(call, 'replyId')]
}

export const replyMethods: readonly Method[] = [
  {
    id: 'drive.replies.list',
    verb: 'GET',
    path: many,
    units: 'list',
    access: 'read',
    run(call) {
      requireFields(call)
      const mask = maskOf(call, 'ReplyList')
      const page = call.model.replies.list(call.actor, ...parentIds(call), {
        pageSize: call.params.integer('pageSize', { min: 1, max: 100 }),
        pageToken: call.params.text('pageToken'),
        includeDeleted: call.params.flag('includeDeleted'),
      })
      return render(call, mask, { kind: 'drive#replyList', ...page })
    },
  },
  {
    id: 'drive.replies.create',
    verb: 'POST',
    path: many,
    units: 'edit',
    access: 'write',
    async run(call) {
      requireFields(call)
      const mask = maskOf(call, 'Reply')
      return render(call, mask, call.model.replies.create(call.actor, ...parentIds(call), await readTyped(call.request.body, replyBody)))
    },
  },
  {
    id: 'drive.replies.get',
    verb: 'GET',
    path: one,
    units: 'read',
    access: 'read',
    run(call) {
      requireFields(call)
      const options = { includeDeleted: call.params.flag('includeDeleted') }
      return render(call, maskOf(call, 'Reply'), call.model.replies.get(call.actor, ...ids(call), options))
    },
  },
  {
    id: 'drive.replies.update',
    verb: 'PATCH',
    path: one,
    units: 'edit',
    access: 'write',
    async run(call) {
      requireFields(call)
      const mask = maskOf(call, 'Reply')
      return render(call, mask, call.model.replies.update(call.actor, ...ids(call), await readTyped(call.request.body, replyBody)))
    },
  },
  {
    id: 'drive.replies.delete',
    verb: 'DELETE',
    path: one,
    units: 'edit',
    access: 'write',
    run(call) {
      call.model.replies.delete(call.actor, ...ids(call))
      return noContent
    },
  },
]
