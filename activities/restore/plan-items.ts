import type { ItemKind, PlanItem } from '../../workflows/policy/restore-plan.ts'
import { isBare } from '../backup/row.ts'
import { folderMimeType, isGoogleNative, shortcutMimeType } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'

/** A row of a snapshot as the planner wants it. */
export function planItem(row: ManifestRow, options: { readonly ancestor: boolean; readonly withSharing: boolean }): PlanItem {
  return {
    id: row.id,
    parentId: row.parentId,
    name: row.name,
    kind: kindOf(row),
    size: row.content?.size ?? row.size ?? 0,
    contentKey: contentKey(row),
    unrestorable: whyNot(row),
    grants: options.withSharing ? (row.permissions ?? []) : [],
    ancestor: options.ancestor,
  }
}

export function kindOf(row: ManifestRow): ItemKind {
  if (row.mimeType === folderMimeType) return 'folder'
  if (row.mimeType === shortcutMimeType) return 'shortcut'
  return isGoogleNative(row.mimeType) ? 'native' : 'file'
}

/** Equal keys mean equal content. Google-native files have no checksum; their content changes only together with this time. */
export function contentKey(row: ManifestRow): string | undefined {
  if (row.mimeType === shortcutMimeType) return row.shortcut?.targetId
  if (isGoogleNative(row.mimeType)) return row.modifiedTime
  return row.sha256Checksum ?? row.md5Checksum
}

/** The sentence for an item whose content the vault does not hold. */
function whyNot(row: ManifestRow): string | undefined {
  if (isBare(row.mimeType) || row.content) return undefined
  const reason = row.outcome.status === 'stored' ? 'noContent' : row.outcome.reason
  return `Only its name and place were backed up: ${reasonWords[reason] ?? reason}.`
}

/** Why content is not in the vault, in words; the keys are the reasons of manifest rows. */
const reasonWords: Readonly<Record<string, string>> = {
  clientEncrypted: 'it is encrypted by the customer’s own keys, and Google hands out no content',
  noExportFormat: 'Google offers no format in which it could come back',
  exportTooLarge: 'its export was over Google’s limit',
  downloadForbidden: 'downloading was forbidden for it',
  abusive: 'Google had flagged it as malware or spam',
  providerError: 'Google answered with an error each time',
  keepsChanging: 'it kept changing while it was read',
  notFound: 'its content could not be found',
}
