import type { JobItem, JobItemResult } from '../../db/job-items.ts'
import { DriveFailure, type DriveFailureType } from '../drive/failure-types.ts'
import type { Grant } from '../drive/resources.ts'
import type { DriveTarget, StoredItem } from '../drive/target.ts'
import { type ContentRef, IntegrityError, type ManifestRow, type Snapshot } from '../vault/index.ts'

export type ApplyDeps = {
  readonly target: DriveTarget
  readonly snapshot: Snapshot
  readonly jobId: string
  readonly destinationDriveId: string
}

/** Where a line goes and what it points at, known by the time its turn comes. */
export type Place = { readonly parentId: string; readonly shortcutTargetId?: string | undefined }

/** Failures that concern one item only: its line fails with the sentence, the restore goes on. Everything else stops the shard. */
const ofOneItem: ReadonlySet<DriveFailureType> = new Set([
  'NotFound',
  'Blocked',
  'Conflict',
  'InvalidRequest',
  'SharingRefused',
  'TransientProvider',
])

/**
 * Carries out one line of the plan. Idempotent by the line's target id or, where Google gives the id, by its key: a repetition finds what
 * the first attempt made (P12). Nothing that exists is changed, but for coming out of the trash (P8).
 * @throws {DriveFailure} what concerns more than this item @throws {VaultError} the vault or its key cannot be used
 */
export async function applyLine(deps: ApplyDeps, line: JobItem, place: Place): Promise<JobItemResult> {
  try {
    if (line.action === 'untrash' && line.targetId) return done(line, await deps.target.untrash(line.targetId), [])
    const made = await create(deps, line, place)
    const refused = await share(deps, made.id, line.sharing as readonly Grant[])
    return done(line, made, [...refused, ...(await lock(deps, made.id, line.row as ManifestRow))])
  } catch (error) {
    if (error instanceof IntegrityError) return { ordinal: line.ordinal, state: 'failed', note: error.message }
    if (error instanceof DriveFailure && ofOneItem.has(error.type))
      return { ordinal: line.ordinal, state: 'failed', note: whyFailed(line, error) }
    throw error
  }
}

/** A shortcut may have been dangling long before the restore; what Google says of that would send people looking in the wrong place. */
function whyFailed(line: JobItem, error: DriveFailure): string {
  if (line.action === 'shortcut' && error.type === 'NotFound') return 'What this shortcut points to is not there, so it was not made.'
  return error.message
}

async function create(deps: ApplyDeps, line: JobItem, place: Place): Promise<StoredItem> {
  const row = line.row as ManifestRow
  const item = {
    id: line.targetId ?? '',
    key: `${deps.jobId}:${line.ordinal}`,
    parentId: place.parentId,
    ...metadata(row),
  }
  switch (line.action) {
    case 'create-folder':
      return deps.target.createFolder({
        ...item,
        ...(row.folderColorRgb !== undefined && { folderColorRgb: row.folderColorRgb }),
        ...(row.flags?.inheritedPermissionsDisabled && { limited: true }),
      })
    case 'shortcut':
      return deps.target.createShortcut({ ...item, targetId: place.shortcutTargetId ?? row.shortcut?.targetId ?? '' })
    case 'upload':
      return verified(await deps.target.upload({ ...item, ...body(deps, contentOf(row)), ...restrictions(row) }), contentOf(row), deps)
    case 'import': {
      const { id: _given, ...rest } = item
      const content = contentOf(row)
      const contentMimeType = content.exportMimeType ?? row.mimeType
      return deps.target.importAs({ ...rest, ...body(deps, content), driveId: deps.destinationDriveId, contentMimeType })
    }
    default:
      throw new Error(`A restore plan has no action "${line.action}".`)
  }
}

/** End-to-end proof: Google's own checksum of what arrived against the vault's of what was stored. A copy that differs is not left lying. */
async function verified(made: StoredItem, content: ContentRef, deps: ApplyDeps): Promise<StoredItem> {
  if (made.sha256Checksum === content.sha256) return made
  await deps.target.trash(made.id)
  throw new DriveFailure(
    'TransientProvider',
    made.sha256Checksum === undefined
      ? 'Google did not confirm the checksum of the restored copy, so it was moved to the trash. Run the restore again for this file.'
      : 'The restored copy did not have the checksum of the backup, so it was moved to the trash. Run the restore again for this file.',
  )
}

/** Direct grants, without mail. What a rule of the drive forbids is reported and does not fail the item. */
async function share(deps: ApplyDeps, itemId: string, grants: readonly Grant[]): Promise<string[]> {
  const refused: string[] = []
  for (const grant of grants) {
    try {
      await deps.target.grant(itemId, grant)
    } catch (error) {
      if (!(error instanceof DriveFailure) || !ofOneItem.has(error.type)) throw error
      refused.push(`Sharing with ${grant.emailAddress ?? grant.domain ?? 'anyone'} as ${grant.role} was not possible: ${error.message}`)
    }
  }
  return refused
}

/** An item that was locked is locked again, last of all: afterwards nothing of it can be changed. */
async function lock(deps: ApplyDeps, itemId: string, row: ManifestRow): Promise<string[]> {
  if (!row.contentRestrictions || row.contentRestrictions.length === 0) return []
  try {
    await deps.target.restrict(itemId, row.contentRestrictions)
    return []
  } catch (error) {
    if (!(error instanceof DriveFailure) || !ofOneItem.has(error.type)) throw error
    return [`It was locked, and could not be locked again: ${error.message}`]
  }
}

function done(line: JobItem, made: StoredItem, warnings: readonly string[]): JobItemResult {
  const note = warnings.length > 0 ? warnings.join(' ') : undefined
  return { ordinal: line.ordinal, state: 'done', targetId: made.id, note, link: made.webViewLink }
}

function metadata(row: ManifestRow) {
  return {
    name: row.name,
    mimeType: row.mimeType,
    ...(row.createdTime !== undefined && { createdTime: row.createdTime }),
    ...(row.modifiedTime !== undefined && { modifiedTime: row.modifiedTime }),
    ...(row.description !== undefined && { description: row.description }),
    ...(row.properties !== undefined && { properties: row.properties }),
    ...(row.appProperties !== undefined && { appProperties: row.appProperties }),
  }
}

function restrictions(row: ManifestRow) {
  return {
    ...(row.originalFilename !== undefined && { originalFilename: row.originalFilename }),
    ...(row.flags?.copyRequiresWriterPermission && { copyRequiresWriterPermission: true }),
  }
}

const body = (deps: ApplyDeps, content: ContentRef) => ({ size: content.size, content: () => deps.snapshot.readBlob(content) })

function contentOf(row: ManifestRow): ContentRef {
  if (row.content) return row.content
  throw new Error('A line of a restore plan has no content, and should not have been planned as an upload.')
}
