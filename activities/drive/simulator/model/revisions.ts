/** `revisions.*`: a blob's past, purged after 30 days or 100 revisions unless kept for ever; a document's numbers. */
import { need, seen, sightOf } from './access.ts'
import type { RevisionsApi } from './api.ts'
import { md5Of, revisionName, revisionsOf } from './contents.ts'
import { DriveError } from './errors.ts'
import { fileView } from './file-view.ts'
import { pageSize, slicePage } from './paging.ts'
import type { Actor } from './requests.ts'
import type { Revision } from './resources.ts'
import type { Services } from './services.ts'
import { type Item, isBlob, isNative, type RevisionState, type World } from './state.ts'
import { touch } from './tree.ts'
import { keptRevisions } from './update-file.ts'
import { iso, userOf } from './users.ts'

const maxKept = 200

export function revisionsApi({ world, store, run }: Services): RevisionsApi {
  const view = (actor: Actor, item: Item, revision: RevisionState): Revision => ({
    kind: 'drive#revision',
    id: revisionName(item, revision.n),
    mimeType: revision.mime,
    modifiedTime: iso(revision.at),
    lastModifyingUser: userOf(world, revision.by, actor.email.toLowerCase()),
    ...(isBlob(item)
      ? {
          keepForever: revision.keep === true,
          originalFilename: revision.name,
          md5Checksum: md5Of(world, item, revision),
          size: String(revision.size),
        }
      : { published: false, exportLinks: fileView(item, { sight: sightOf(world, actor), store, labels: [] }).exportLinks }),
  })
  return {
    list: (actor, id, args) =>
      run(() => {
        const item = itemFor(world, actor, id)
        const { page, nextPageToken } = slicePage(current(world, item), pageSize(args.pageSize, 200, 1000), args.pageToken)
        return { revisions: page.map((revision) => view(actor, item, revision)), ...(nextPageToken !== undefined && { nextPageToken }) }
      }),
    get: (actor, id, revisionId) =>
      run(() => {
        const item = itemFor(world, actor, id)
        return view(actor, item, find(world, item, revisionId))
      }),
    update: (actor, id, revisionId, body) =>
      run(() => {
        const item = itemFor(world, actor, id)
        const revision = find(world, item, revisionId)
        if (body.keepForever !== undefined) keep(world, item, revision, body.keepForever)
        return view(actor, item, find(world, item, revisionId))
      }),
    delete: (actor, id, revisionId) => run(() => remove(world, itemFor(world, actor, id), revisionId)),
  }
}

function itemFor(world: World, actor: Actor, id: string): Item {
  const sight = sightOf(world, actor)
  const item = seen(sight, id)
  if (!isBlob(item) && !isNative(item)) throw new DriveError('revisionsNotSupported')
  need(sight, item, 'writer')
  return item
}

/** The revisions that time has left; those due for purging are no longer shown. */
function current(world: World, item: Item): readonly RevisionState[] {
  const all = revisionsOf(item)
  return [...keptRevisions(all.slice(0, -1), world.clock.now().getTime()), ...all.slice(-1)]
}

function find(world: World, item: Item, revisionId: string): RevisionState {
  const found = current(world, item).find((revision) => revisionName(item, revision.n) === revisionId)
  if (!found) throw new DriveError('revisionNotFound', revisionId)
  return found
}

function keep(world: World, item: Item, revision: RevisionState, wanted: boolean): void {
  if (!isBlob(item)) throw new DriveError('revisionsNotSupported')
  if (wanted && current(world, item).filter((one) => one.keep).length >= maxKept) throw new DriveError('keepForeverLimit')
  const { keep: _head, ...rest } = item.more ?? {}
  const { keep: _old, ...bare } = revision
  const marked: RevisionState = wanted ? { ...bare, keep: true } : bare
  if (revision.n === item.revision) item.more = wanted ? { ...rest, keep: true } : rest
  else item.more = { ...item.more, past: (item.more?.past ?? []).map((one) => (one.n === revision.n ? marked : one)) }
  touch(world, item)
}

function remove(world: World, item: Item, revisionId: string): void {
  const revision = find(world, item, revisionId)
  if (!isBlob(item) || revision.n === item.revision) throw new DriveError('revisionDeletionNotSupported')
  item.more = { ...item.more, past: (item.more?.past ?? []).filter((one) => one.n !== revision.n) }
  touch(world, item)
}
