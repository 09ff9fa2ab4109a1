/** `replies.*`: answers to a comment, which may also resolve or reopen it. */
import type { RepliesApi } from './api.ts'
import { commentOf, erase, own, type Place, placeFor, replyOf, replyView } from './comment-places.ts'
import { DriveError } from './errors.ts'
import { shortId } from './ids.ts'
import { pageSize, slicePage } from './paging.ts'
import type { Actor, ReplyBody } from './requests.ts'
import type { Reply } from './resources.ts'
import type { Services } from './services.ts'
import type { CommentState, ReplyState, World } from './state.ts'
import { touch } from './tree.ts'

type Thread = Place & { readonly comment: CommentState }

/** A reply changes its comment, and with it the file. */
function changed(world: World, { item, comment, now }: Thread): void {
  comment.changedAt = now
  touch(world, item)
}

function create(world: World, thread: Thread, body: ReplyBody): Reply {
  const { sight, comment, now } = thread
  if (!body.content && !body.action) throw new DriveError('required', 'content')
  const text = { ...(body.content !== undefined && { content: body.content }), ...(body.action && { action: body.action }) }
  const reply: ReplyState = { id: shortId(world.random), by: sight.email, at: now, changedAt: now, ...text }
  comment.replies.push(reply)
  if (body.action) comment.resolved = body.action === 'resolve'
  changed(world, thread)
  return replyView(sight, reply)
}

export function repliesApi({ world, run }: Services): RepliesApi {
  const open = (actor: Actor, id: string, commentId: string, writing: boolean, includeDeleted = false): Thread => {
    const place = placeFor(world, actor, id, writing)
    return { ...place, comment: commentOf(place.item, commentId, includeDeleted) }
  }
  return {
    list: (actor, id, commentId, args) =>
      run(() => {
        const { sight, comment } = open(actor, id, commentId, false, args.includeDeleted)
        const shown = comment.replies.filter((reply) => args.includeDeleted || !reply.deleted)
        const { page, nextPageToken } = slicePage(shown, pageSize(args.pageSize, 20, 100), args.pageToken)
        return { replies: page.map((reply) => replyView(sight, reply)), ...(nextPageToken !== undefined && { nextPageToken }) }
      }),
    get: (actor, id, commentId, replyId, options) =>
      run(() => {
        const { sight, comment } = open(actor, id, commentId, false, options?.includeDeleted)
        return replyView(sight, replyOf(comment, replyId, options?.includeDeleted === true))
      }),
    create: (actor, id, commentId, body) => run(() => create(world, open(actor, id, commentId, true), body)),
    update: (actor, id, commentId, replyId, body) =>
      run(() => {
        const place = open(actor, id, commentId, true)
        const reply = replyOf(place.comment, replyId, false)
        own(place, reply, false)
        if (!body.content) throw new DriveError('required', 'content')
        reply.content = body.content
        reply.changedAt = place.now
        changed(world, place)
        return replyView(place.sight, reply)
      }),
    delete: (actor, id, commentId, replyId) =>
      run(() => {
        const place = open(actor, id, commentId, true)
        const reply = replyOf(place.comment, replyId, false)
        own(place, reply, true)
        erase(reply, place.now)
        changed(world, place)
      }),
  }
}
