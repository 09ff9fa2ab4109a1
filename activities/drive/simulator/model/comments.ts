/** `comments.*`. Authors are shown without address, as Google does. */
import type { CommentsApi } from './api.ts'
import { commentOf, commentView, erase, own, type Place, placeFor } from './comment-places.ts'
import { DriveError } from './errors.ts'
import { shortId } from './ids.ts'
import { timeOf } from './item-checks.ts'
import { pageSize, slicePage } from './paging.ts'
import type { CommentBody } from './requests.ts'
import type { Comment } from './resources.ts'
import type { Services } from './services.ts'
import type { CommentState, World } from './state.ts'
import { touch } from './tree.ts'

export function commentsApi({ world, run }: Services): CommentsApi {
  return {
    list: (actor, id, args) =>
      run(() => {
        const { sight, item } = placeFor(world, actor, id, false)
        const since = args.startModifiedTime === undefined ? 0 : timeOf(args.startModifiedTime, 'startModifiedTime')
        const shown = (item.more?.comments ?? []).filter(
          (comment) => comment.changedAt >= since && (args.includeDeleted || !comment.deleted),
        )
        const { page, nextPageToken } = slicePage(shown.toReversed(), pageSize(args.pageSize, 20, 100), args.pageToken)
        return {
          comments: page.map((comment) => commentView(sight, comment, args.includeDeleted === true)),
          ...(nextPageToken !== undefined && { nextPageToken }),
        }
      }),
    get: (actor, id, commentId, options) =>
      run(() => {
        const { sight, item } = placeFor(world, actor, id, false)
        const deleted = options?.includeDeleted === true
        return commentView(sight, commentOf(item, commentId, deleted), deleted)
      }),
    create: (actor, id, body) => run(() => create(world, placeFor(world, actor, id, true), body)),
    update: (actor, id, commentId, body) =>
      run(() => {
        const place = placeFor(world, actor, id, true)
        const comment = commentOf(place.item, commentId, false)
        own(place, comment, false)
        if (!body.content) throw new DriveError('required', 'content')
        comment.content = body.content
        comment.changedAt = place.now
        touch(world, place.item)
        return commentView(place.sight, comment, false)
      }),
    delete: (actor, id, commentId) =>
      run(() => {
        const place = placeFor(world, actor, id, true)
        const comment = commentOf(place.item, commentId, false)
        own(place, comment, true)
        erase(comment, place.now)
        touch(world, place.item)
      }),
  }
}

function create(world: World, { sight, item, now }: Place, body: CommentBody): Comment {
  if (!body.content) throw new DriveError('required', 'content')
  const comment: CommentState = {
    id: shortId(world.random),
    by: sight.email,
    at: now,
    changedAt: now,
    content: body.content,
    ...(body.anchor !== undefined && { anchor: body.anchor }),
    ...(body.quotedFileContent && { quoted: body.quotedFileContent }),
    replies: [],
  }
  item.more = { ...item.more, comments: [...(item.more?.comments ?? []), comment] }
  touch(world, item)
  return commentView(sight, comment, false)
}
