import { isDeepStrictEqual } from 'node:util'
import type { LedgerVersion } from '../../db/item-ledger.ts'
import type { Value } from './model.ts'
import { short } from './values.ts'

/** What the card reads of a manifest row (docs/VAULT-FORMAT.md, "Rows"). */
type Row = {
  readonly sha256Checksum?: string
  readonly content?: { readonly blobId?: string; readonly sha256?: string }
  readonly permissions?: unknown
  readonly outcome?: { readonly status?: string; readonly reason?: string }
}

/** The checksum of the stored bytes, in full: it is for comparing. */
export function checksumOf(row: unknown): Value | undefined {
  const { content, sha256Checksum } = row as Row
  const sum = content?.sha256 ?? sha256Checksum
  return sum === undefined ? undefined : { type: 'code', text: sum }
}

/** What a version has changed against the one before it, in words; names are the drive's own. */
export function changeBetween(before: LedgerVersion | undefined, version: LedgerVersion): string {
  if (!before) return version.fromGeneration === 1 ? 'there from the first backup on' : 'new'
  const parts = [
    ...(before.toGeneration !== null && before.toGeneration < version.fromGeneration ? ['back again'] : []),
    ...(before.name === version.name ? [] : [`renamed from “${short(before.name, 40)}”`]),
    ...(before.parentId === version.parentId ? [] : ['moved']),
    ...(before.trashed === version.trashed ? [] : [version.trashed ? 'put into the trash' : 'taken out of the trash']),
    ...contentChange(before.row as Row, version.row as Row),
    ...(isDeepStrictEqual((before.row as Row).permissions, (version.row as Row).permissions) ? [] : ['sharing']),
    ...outcomeChange(before.row as Row, version.row as Row),
  ]
  return parts.length === 0 ? 'details' : parts.join(', ')
}

function contentChange(before: Row, now: Row): string[] {
  if (before.content?.blobId === now.content?.blobId) return []
  return now.content ? ['content'] : ['content no longer stored']
}

function outcomeChange(before: Row, now: Row): string[] {
  const reason = now.outcome?.reason
  return before.outcome?.reason === reason ? [] : [reason === undefined ? 'stored whole again' : `not stored whole: ${reason}`]
}
