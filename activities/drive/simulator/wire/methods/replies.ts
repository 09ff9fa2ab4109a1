import { readTyped } from '../http/typed-body.ts'
import { replyBody } from './bodies.ts'
import { type Call, idOf } from './method.ts'
import { remarkMethods, remarkPage } from './remarks.ts'

const many = 'files/{fileId}/comments/{commentId}/replies'

const commentOf = (call: Call): readonly [fileId: string, commentId: string] => [idOf(call, 'fileId'), idOf(call, 'commentId')]
const ids = (call: Call): readonly [fileId: string, commentId: string, replyId: string] => [...commentOf(call), idOf(call, 'replyId')]
const bodyOf = (call: Call) => readTyped(call.request.body, replyBody)

export const replyMethods = remarkMethods(
  'replies',
  { one: 'Reply', list: 'ReplyList' },
  { many, one: `${many}/{replyId}` },
  {
    list: (call) => ({ kind: 'drive#replyList', ...call.model.replies.list(call.actor, ...commentOf(call), remarkPage(call)) }),
    create: async (call) => call.model.replies.create(call.actor, ...commentOf(call), await bodyOf(call)),
    get: (call) => call.model.replies.get(call.actor, ...ids(call), { includeDeleted: call.params.flag('includeDeleted') }),
    update: async (call) => call.model.replies.update(call.actor, ...ids(call), await bodyOf(call)),
    delete: (call) => call.model.replies.delete(call.actor, ...ids(call)),
  },
)
