/** Getting bytes out: alt=media, `files.export` and `files.download`, and every reason why not. */
import { rank, roleOn, seen, sightOf } from './access.ts'
import { mayDownload } from './capabilities.ts'
import { bytesOf, headRevision, revisionName, revisionsOf } from './contents.ts'
import { DriveError } from './errors.ts'
import { exportBytes } from './export.ts'
import { downloadOnly, exportFormats } from './formats.ts'
import type { Operations } from './operations.ts'
import type { Actor, Bytes } from './requests.ts'
import type { Operation } from './resources.ts'
import type { Services } from './services.ts'
import { type Item, isBlob, isNative, type World } from './state.ts'

function readable(world: World, actor: Actor, id: string, acknowledgeAbuse: boolean): Item {
  const sight = sightOf(world, actor)
  const item = seen(sight, id)
  const role = roleOn(sight, item)
  if (role === 0) throw new DriveError('insufficientFilePermissions')
  if (!mayDownload(sight, item)) throw new DriveError('cannotDownloadFile')
  if (item.more?.abusive) {
    if (!acknowledgeAbuse) throw new DriveError('cannotDownloadAbusiveFile')
    if (role < rank.organizer) throw new DriveError('invalidAbuseAcknowledgment')
  }
  return item
}

export function mediaOf(
  { world, store }: Services,
  actor: Actor,
  id: string,
  options: { readonly acknowledgeAbuse?: boolean | undefined; readonly revisionId?: string | undefined },
): Bytes {
  const item = readable(world, actor, id, options.acknowledgeAbuse === true)
  if (!isBlob(item)) throw new DriveError('fileNotDownloadable')
  if (options.revisionId === undefined) return bytesOf(world, store, item, headRevision(item))
  if (roleOn(sightOf(world, actor), item) < rank.writer) throw new DriveError('insufficientFilePermissions')
  const revision = revisionsOf(item).find((one) => revisionName(item, one.n) === options.revisionId)
  if (!revision) throw new DriveError('revisionNotFound', options.revisionId)
  // drive.md: old blob revisions are downloadable only when they are kept for ever.
  if (revision.n !== item.revision && !revision.keep) throw new DriveError('revisionNotDownloadable')
  return bytesOf(world, store, item, revision)
}

export function exportFile(services: Services, actor: Actor, id: string, mimeType: string): Bytes {
  const item = readable(services.world, actor, id, false)
  if (!isNative(item) || downloadOnly.has(item.mime) || !exportFormats[item.mime]) throw new DriveError('fileNotExportable')
  if (!exportFormats[item.mime]?.includes(mimeType)) throw new DriveError('conversionUnsupported', `${item.mime} to ${mimeType}`)
  const bytes = exportBytes(services, item, mimeType)
  if (bytes.size > services.world.knobs.exportLimitBytes) throw new DriveError('exportSizeLimitExceeded')
  return bytes
}

export function downloadFile(
  services: Services,
  operations: Operations,
  actor: Actor,
  id: string,
  args: { readonly mimeType?: string | undefined; readonly revisionId?: string | undefined },
): Operation {
  const item = readable(services.world, actor, id, false)
  if (isBlob(item)) {
    if (args.mimeType !== undefined) throw new DriveError('invalid', 'mimeType', 'only Google Workspace documents can be converted')
    const bytes = mediaOf(services, actor, id, { revisionId: args.revisionId })
    return operations.start(actor.email, () => bytes)
  }
  const formats = exportFormats[item.mime]
  const wanted = args.mimeType ?? formats?.[0]
  if (!formats || wanted === undefined) throw new DriveError('fileNotDownloadable')
  if (!formats.includes(wanted)) throw new DriveError('conversionUnsupported', `${item.mime} to ${wanted}`)
  return operations.start(actor.email, () => exportBytes(services, item, wanted))
}
