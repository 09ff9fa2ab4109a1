/** `files.update`: metadata, a new head revision, trash and untrash, and moves. Everything is checked before anything is written. */
import { need, rank, roleOn, type Sight, seen, sightOf } from './access.ts'
import { headRevision } from './contents.ts'
import { DriveError } from './errors.ts'
import { checkFields, writeFields } from './file-fields.ts'
import { importFormats } from './formats.ts'
import { checkDepth, checkRoom, checkUnlocked, parentFor, timeOf } from './item-checks.ts'
import type { Actor, FileBody, Media } from './requests.ts'
import { type Extras, type Item, isBlob, isFolder, isShortcut, type RevisionState, type World } from './state.ts'
import { index, isTrashed, moveItem, record, subtree, touch } from './tree.ts'

export type UpdateOptions = {
  readonly addParents?: readonly string[] | undefined
  readonly removeParents?: readonly string[] | undefined
  readonly keepRevisionForever?: boolean | undefined
}

export function updateFile(world: World, actor: Actor, id: string, body: FileBody, options: UpdateOptions, media: Media | undefined): Item {
  const sight = sightOf(world, actor)
  const item = seen(sight, id)
  if (item.parent === undefined || body.id !== undefined || body.parents !== undefined) throw new DriveError('fieldNotWritable')
  if (body.shortcutDetails !== undefined || body.createdTime !== undefined) throw new DriveError('fieldNotWritable')
  const target = moveTarget(sight, item, options)
  const starring = !target && onlyStar(body, media)
  if (!starring) need(sight, item, 'writer')
  if (body.trashed !== undefined) need(sight, item, 'fileOrganizer')
  checkFields(sight, item, body)
  const importing = media && checkMedia(sight, item, body, media)
  const now = world.clock.now().getTime()
  const modifiedAt = body.modifiedTime === undefined ? undefined : timeOf(body.modifiedTime, 'modifiedTime')

  writeFields(sight, item, body, now)
  if (media)
    replaceContent(item, media, importing, { by: sight.email, at: now, mime: body.mimeType, keep: options.keepRevisionForever === true })
  if (body.trashed !== undefined) setTrashed(item, body.trashed, sight.email, now)
  if (media || changesContent(body)) {
    item.modifiedAt = modifiedAt ?? now
    item.modifiedBy = sight.email
  } else if (modifiedAt !== undefined) item.modifiedAt = modifiedAt
  index(world, item)
  if (target) moveItem(world, item, target)
  else if (starring) record(world, item)
  else touch(world, item)
  return item
}

/** Anyone may star what they can see. */
function onlyStar(body: FileBody, media: Media | undefined): boolean {
  return !media && body.starred !== undefined && Object.entries(body).every(([field, value]) => field === 'starred' || value === undefined)
}

/** Google moves `modifiedTime` for what people did to the file, not for its settings or its place. */
const changesContent = (body: FileBody) => body.name !== undefined || body.description !== undefined || body.properties !== undefined

function moveTarget(sight: Sight, item: Item, options: UpdateOptions): Item | undefined {
  const add = options.addParents ?? []
  const remove = options.removeParents ?? []
  if (add.length > 1) throw new DriveError('teamDrivesParentLimit')
  const [to] = add
  if (to === undefined || to === item.parent?.id) {
    if (remove.length > 0 && to === undefined) throw new DriveError('teamDrivesParentLimit')
    return undefined
  }
  if (!remove.includes(item.parent?.id ?? '')) throw new DriveError('cannotAddParent')
  const target = parentFor(sight, to)
  checkMove(sight, item, target)
  return target
}

function checkMove(sight: Sight, item: Item, target: Item): void {
  for (let node: Item | undefined = target; node; node = node.parent) if (node === item) throw new DriveError('cyclicMove')
  if (isFolder(item)) checkDepth(sight.world, target, item)
  need(sight, item, target.drive === item.drive ? 'fileOrganizer' : 'organizer')
  if (target.drive === item.drive) return
  if (isTrashed(item)) throw new DriveError('cannotMoveTrashedItemOutOfTeamDrive')
  checkRoom(sight.world, target, subtree(item).length)
}

/** Whether the bytes are to be converted, for Google's own documents. */
function checkMedia(sight: Sight, item: Item, body: FileBody, media: Media): boolean {
  if (isFolder(item) || isShortcut(item)) throw new DriveError('fileNotDownloadable')
  if (roleOn(sight, item) < rank.writer) throw new DriveError('insufficientFilePermissions')
  checkUnlocked(item)
  if (isBlob(item)) {
    if (body.mimeType?.startsWith('application/vnd.google-apps.'))
      throw new DriveError('conversionUnsupported', `${item.mime} to ${body.mimeType}`)
    return false
  }
  const from = media.mimeType ?? 'application/octet-stream'
  if (!importFormats[from]?.includes(item.mime)) throw new DriveError('conversionUnsupported', `${from} to ${item.mime}`)
  return true
}

type Writing = { readonly by: string; readonly at: number; readonly mime?: string | undefined; readonly keep: boolean }

/** The head becomes the newest past revision, the uploaded bytes the head. */
function replaceContent(item: Item, media: Media, importing: boolean | undefined, writing: Writing): void {
  const from = media.mimeType ?? 'application/octet-stream'
  const origin = importing ? { imported: { content: media.content, mime: from } } : { stored: media.content }
  advanceRevision(item, writing.at, { ...origin, ...(writing.keep && { keep: true }) })
  item.size = media.content.size
  if (!importing) item.mime = writing.mime ?? media.mimeType ?? item.mime
}

const monthMs = 30 * 24 * 3_600_000

/** Makes room for a new head: the old one joins the past, which keeps 100 revisions of 30 days, and what is marked to be kept. */
export function advanceRevision(item: Item, at: number, origin: Pick<Extras, 'stored' | 'imported' | 'noise' | 'keep'>): void {
  const { stored: _s, imported: _i, noise: _n, origin: _o, keep: _k, paragraphs: _p, ...rest } = item.more ?? {}
  const past = isBlob(item) ? keptRevisions([...(item.more?.past ?? []), headRevision(item)], at) : undefined
  item.more = { ...rest, ...(past && { past }), ...origin }
  item.revision++
  item.sums = ''
}

export function keptRevisions(past: readonly RevisionState[], now: number): RevisionState[] {
  const excess = past.filter((revision) => !revision.keep).length - 100
  let passed = 0
  return past.filter((revision) => revision.keep || (passed++ >= excess && now - revision.at <= monthMs))
}

function setTrashed(item: Item, trashed: boolean, by: string, at: number): void {
  if (trashed === item.trashedAt > 0) return
  const { trashedBy: _by, ...rest } = item.more ?? {}
  item.trashedAt = trashed ? at : 0
  item.more = trashed ? { ...rest, trashedBy: by } : Object.keys(rest).length > 0 ? rest : undefined
}
