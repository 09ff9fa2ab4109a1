/** What comments and replies have in common: finding them, showing them, and whose they are. */
import { need, rank, roleOn, type Sight, seen, sightOf } from './access.ts'
import { DriveError } from './errors.ts'
import { checkUnlocked } from './item-checks.ts'
import type { Actor } from './requests.ts'
import type { Comment, Reply } from './resources.ts'
import { type CommentState, type Item, isFolder, isShortcut, type ReplyState, type World } from './state.ts'
import { authorOf, iso } from './users.ts'

export type Place = { readonly sight: Sight; readonly item: Item; readonly now: number }

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function base(sight: Sight, state: ReplyState) {
  const text = state.deleted || state.content === undefined ? {} : { content: state.content, htmlContent: escapeHtml(state.content) }
  return {
    id: state.id,
    createdTime: iso(state.at),
    modifiedTime: iso(state.changedAt),
    author: authorOf(sight.world, state.by, sight.email),
    deleted: state.deleted === true,
    ...text,
  }
}

export const replyView = (sight: Sight, reply: ReplyState): Reply => ({
  kind: 'drive#reply',
  ...base(sight, reply),
  ...(reply.action && !reply.deleted && { action: reply.action }),
})

export const commentView = (sight: Sight, comment: CommentState, includeDeleted: boolean): Comment => ({
  kind: 'drive#comment',
  ...base(sight, comment),
  ...(comment.resolved !== undefined && { resolved: comment.resolved }),
  ...(comment.anchor !== undefined && { anchor: comment.anchor }),
  ...(comment.quoted && { quotedFileContent: comment.quoted }),
  replies: comment.replies.filter((reply) => includeDeleted || !reply.deleted).map((reply) => replyView(sight, reply)),
})

export function placeFor(world: World, actor: Actor, id: string, writing: boolean): Place {
  const sight = sightOf(world, actor)
  const item = seen(sight, id)
  need(sight, item, 'reader')
  if (writing) {
    if (roleOn(sight, item) < rank.commenter || isFolder(item) || isShortcut(item)) throw new DriveError('commentsNotSupported')
    checkUnlocked(item)
  }
  return { sight, item, now: sight.now }
}

export function commentOf(item: Item, id: string, includeDeleted: boolean): CommentState {
  const found = item.more?.comments?.find((comment) => comment.id === id && (includeDeleted || !comment.deleted))
  if (!found) throw new DriveError('commentNotFound', id)
  return found
}

export function replyOf(comment: CommentState, id: string, includeDeleted: boolean): ReplyState {
  const found = comment.replies.find((reply) => reply.id === id && (includeDeleted || !reply.deleted))
  if (!found) throw new DriveError('replyNotFound', id)
  return found
}

/** Only authors change their words; managers may also delete those of others. */
export function own({ sight, item }: Place, state: ReplyState, deleting: boolean): void {
  if (state.by !== sight.email && !(deleting && roleOn(sight, item) >= rank.fileOrganizer))
    throw new DriveError('insufficientFilePermissions')
}

/** Google keeps a deleted comment or reply as a shell without words. */
export function erase(state: ReplyState, now: number): void {
  delete state.content
  state.deleted = true
  state.changedAt = now
}
