import type { CommentBody } from '../../model/requests.ts'
import { noContent } from '../http/exchange.ts'
import { readTyped } from '../http/typed-body.ts'
import { requireFields } from './about.ts'
import { commentBody } from './bodies.ts'
import { type Call, idOf, type Method, maskOf, render } from './method.ts'

const many = 'files/{fileId}/comments'
const one = `${many}/{commentId}`

function pageOf(call: Call) {
  return {
    pageSize: call.params.integer('pageSize', { min: 1, max: 100 }),
    pageToken: call.params.text('pageToken'),
    includeDeleted: call.params.flag('includeDeleted'),
    startModifiedTime: call.params.text('startModifiedTime'),
  }
}

async function bodyOf(call: Call): Promise<CommentBody> {
  return (await readTyped(call.request.body, commentBody)) as CommentBody
}

function ids(call: Call): readonly [fileId: string, commentId: string] {
  return [idOf(call, 'fileId'), idOf(call, 'commentId')]
}

export const commentMethods: readonly Method[] = [
  {
    id: 'drive.comments.list',
    verb: 'GET',
    path: many,
    units: 'list',
    access: 'read',
    run(call) {
      requireFields(call)
      const mask = maskOf(call, 'CommentList')
      return render(call, mask, { kind: 'drive#commentList', ...call.model.comments.list(call.actor, idOf(call, 'fileId'), pageOf(call)) })
    },
  },
  {
    id: 'drive.comments.create',
    verb: 'POST',
    path: many,
    units: 'edit',
    access: 'write',
    async run(call) {
      requireFields(call)
      const mask = maskOf(call, 'Comment')
      return render(call, mask, call.model.comments.create(call.actor, idOf(call, 'fileId'), await bodyOf(call)))
    },
  },
  {
    id: 'drive.comments.get',
    verb: 'GET',
    path: one,
    units: 'read',
    access: 'read',
    run(call) {
      requireFields(call)
      const options = { includeDeleted: call.params.flag('includeDeleted') }
      return render(call, maskOf(call, 'Comment'), call.model.comments.get(call.actor, ...ids(call), options))
    },
  },
  {
    id: 'drive.comments.update',
    verb: 'PATCH',
    path: one,
    units: 'edit',
    access: 'write',
    async run(call) {
      requireFields(call)
      const mask = maskOf(call, 'Comment')
      return render(call, mask, call.model.comments.update(call.actor, ...ids(call), await bodyOf(call)))
    },
  },
  {
    id: 'drive.comments.delete',
    verb: 'DELETE',
    path: one,
    units: 'edit',
    access: 'write',
    run(call) {
      call.model.comments.delete(call.actor, ...ids(call))
      return noContent
    },
  },
]
