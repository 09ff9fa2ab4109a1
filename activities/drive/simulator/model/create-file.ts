/** `files.create` and `files.copy`: a new item in its folder, from nothing, from uploaded bytes, or from another item. */
import { need, roleOn, type Sight, seen, sightOf } from './access.ts'
import { mayDownload } from './capabilities.ts'
import { emptyContent } from './content-store.ts'
import { headRevision } from './contents.ts'
import { DriveError } from './errors.ts'
import { checkFields, writeFields } from './file-fields.ts'
import { importFormats } from './formats.ts'
import { freeFileId, isIssuedFileId } from './ids.ts'
import { checkDepth, checkRoom, parentFor, timeOf } from './item-checks.ts'
import type { Actor, FileBody, Media } from './requests.ts'
import { type Extras, folderMime, type Item, isFolder, shortcutMime, type World } from './state.ts'
import { addItem } from './tree.ts'

const googleTypes = 'application/vnd.google-apps.'
function idFor(world: World, asked: string | undefined, mime: string): string {
  if (asked === undefined) return freeFileId(world)
  if (world.items.has(asked) || world.goneIds.has(asked)) throw new DriveError('fileIdInUse')
  if (!isIssuedFileId(asked)) throw new DriveError('fileIdNotUsable')
  if (mime.startsWith(googleTypes) && mime !== folderMime && mime !== shortcutMime) throw new DriveError('fileIdNotUsable')
  return asked
}

/** A conversion when a Google type is wanted of uploaded bytes of another type. */
function originOf(mime: string, media: Media | undefined): Pick<Extras, 'stored' | 'imported'> {
  if (!mime.startsWith(googleTypes)) return { stored: media?.content ?? emptyContent }
  if (!media) return {}
  const from = media.mimeType ?? 'application/octet-stream'
  if (!importFormats[from]?.includes(mime)) throw new DriveError('conversionUnsupported', `${from} to ${mime}`)
  return { imported: { content: media.content, mime: from } }
}

function shortcutOf(sight: Sight, mime: string, body: FileBody): Extras['shortcut'] | undefined {
  if (mime !== shortcutMime) return undefined
  const id = body.shortcutDetails?.targetId
  if (id === undefined) throw new DriveError('required', 'shortcutDetails.targetId')
  const target = sight.world.items.get(id)
  if (!target || roleOn(sight, target) === 0 || target.mime === shortcutMime) throw new DriveError('shortcutTargetInvalid', id)
  return { targetId: id, targetMime: target.mime }
}

/** Size as Google shows it: bytes of blobs and a size for its own documents, none for folders and shortcuts. */
const sizeOf = (mime: string, media: Media | undefined): number => {
  if (mime === folderMime || mime === shortcutMime) return -1
  return media?.content.size ?? (mime.startsWith(googleTypes) ? 1024 : 0)
}

export function createFile(world: World, actor: Actor, body: FileBody, media: Media | undefined, keepRevisionForever: boolean): Item {
  const sight = sightOf(world, actor)
  if ((body.parents?.length ?? 0) > 1) throw new DriveError('teamDrivesParentLimit')
  const parentId = body.parents?.[0]
  // Service accounts and practice people own no My Drive: everything lives in shared drives.
  if (parentId === undefined) throw new DriveError('required', 'parents')
  const mime = body.mimeType ?? media?.mimeType ?? 'application/octet-stream'
  const parent = parentFor(sight, parentId)
  const id = idFor(world, body.id, mime)
  const shortcut = shortcutOf(sight, mime, body)
  const origin = originOf(mime, media)
  checkRoom(world, parent, 1)
  if (mime === folderMime) checkDepth(world, parent)
  const now = world.clock.now().getTime()
  const name = body.name ?? 'Untitled'
  const item = newItem(world, parent, { id, name, mime, by: sight.email, at: now, size: sizeOf(mime, media) })
  item.more = { ...(shortcut && { shortcut }), ...origin, ...(keepRevisionForever && { keep: true }) }
  if (body.createdTime !== undefined) item.createdAt = timeOf(body.createdTime, 'createdTime')
  if (body.modifiedTime !== undefined) item.modifiedAt = timeOf(body.modifiedTime, 'modifiedTime')
  // Checked on the item as it will be: nothing knows it yet.
  checkFields(sight, item, body)
  writeFields(sight, item, body, now)
  addItem(world, item)
  return item
}

type NewItem = {
  readonly id: string
  readonly name: string
  readonly mime: string
  readonly by: string
  readonly at: number
  readonly size: number
}

/** An item that is not in the tree yet. */
export function newItem(world: World, parent: Item, made: NewItem): Item {
  return {
    id: made.id,
    name: made.name,
    mime: made.mime,
    drive: parent.drive,
    parent,
    ord: world.nextOrd++,
    version: 0,
    createdAt: made.at,
    modifiedAt: made.at,
    modifiedBy: made.by,
    trashedAt: 0,
    size: made.size,
    revision: 1,
    sums: '',
    children: undefined,
    grants: undefined,
    change: undefined,
    more: undefined,
  }
}

export function copyFile(
  world: World,
  actor: Actor,
  sourceId: string,
  body: FileBody,
  options: { readonly keepRevisionForever: boolean; readonly copyComments: boolean },
): Item {
  const sight = sightOf(world, actor)
  const source = seen(sight, sourceId)
  need(sight, source, 'reader')
  if (isFolder(source) || !mayDownload(sight, source)) throw new DriveError('cannotCopyFile')
  const parent = parentFor(sight, body.parents?.[0] ?? source.parent?.id ?? '')
  const mime = body.mimeType ?? source.mime
  if (mime !== source.mime && !(source.more?.stored && importFormats[source.mime]?.includes(mime)))
    throw new DriveError('conversionUnsupported', `${source.mime} to ${mime}`)
  const id = idFor(world, body.id, mime)
  checkRoom(world, parent, 1)
  const now = world.clock.now().getTime()
  const item = newItem(world, parent, {
    id,
    name: body.name ?? `Copy of ${source.name}`,
    mime,
    by: sight.email,
    at: now,
    size: source.size,
  })
  item.more = copiedExtras(source, mime, options)
  checkFields(sight, item, body)
  writeFields(sight, item, body, now)
  addItem(world, item)
  return item
}

function copiedExtras(
  source: Item,
  mime: string,
  options: { readonly keepRevisionForever: boolean; readonly copyComments: boolean },
): Extras {
  const { description, properties, appProperties, shortcut, paragraphs, imported, stored, abusive, encryption, comments } =
    source.more ?? {}
  const head = headRevision(source)
  const converted = mime !== source.mime && stored ? { imported: { content: stored, mime: source.mime } } : {}
  return {
    ...(description !== undefined && { description }),
    ...(properties && { properties }),
    ...(appProperties && { appProperties }),
    ...(shortcut && { shortcut }),
    ...(paragraphs !== undefined && { paragraphs }),
    ...(imported && { imported }),
    ...(abusive && { abusive }),
    ...(encryption && { encryption }),
    ...(stored && mime === source.mime && { stored }),
    ...(!stored && !imported && !shortcut && { origin: head.origin ?? { id: source.id, n: head.n } }),
    ...(head.noise && { noise: head.noise }),
    ...converted,
    ...(options.keepRevisionForever && { keep: true }),
    ...(options.copyComments &&
      comments && { comments: structuredClone(comments.filter((comment) => !comment.resolved && !comment.deleted)) }),
  }
}
