import type { CommentBody } from '../../model/requests.ts'
import { readTyped } from '../http/typed-body.ts'
import { commentBody } from './bodies.ts'
import { type Call, idOf } from './method.ts'
import { remarkMethods, remarkPage } from './remarks.ts'

const many = 'files/{fileId}/comments'

const fileOf = (call: Call): string => idOf(call, 'fileId')
const ids = (call: Call): readonly [fileId: string, commentId: string] => [fileOf(call), idOf(call, 'commentId')]
const bodyOf = async (call: Call) => (await readTyped(call.request.body, commentBody)) as CommentBody

export const commentMethods = remarkMethods(
  'comments',
  { one: 'Comment', list: 'CommentList' },
  { many, one: `${many}/{commentId}` },
  {
    list(call) {
      const page = { ...remarkPage(call), startModifiedTime: call.params.text('startModifiedTime') }
      return { kind: 'drive#commentList', ...call.model.comments.list(call.actor, fileOf(call), page) }
    },
    create: async (call) => call.model.comments.create(call.actor, fileOf(call), await bodyOf(call)),
    get: (call) => call.model.comments.get(call.actor, ...ids(call), { includeDeleted: call.params.flag('includeDeleted') }),
    update: async (call) => call.model.comments.update(call.actor, ...ids(call), await bodyOf(call)),
    delete: (call) => call.model.comments.delete(call.actor, ...ids(call)),
  },
)
