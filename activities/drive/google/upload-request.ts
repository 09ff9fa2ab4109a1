import type { drive_v3 } from '@googleapis/drive'
import { DriveFailure } from '../failure-types.ts'
import type { StoredItem } from '../target.ts'
import { fields } from './fields.ts'
import type { Session } from './session.ts'

/** What is uploaded: the item's fields and its bytes, in chunks from the start each time `content` is called. */
export type Upload = {
  readonly metadata: drive_v3.Schema$File
  readonly contentMimeType: string
  readonly size: number
  readonly content: () => AsyncIterable<Uint8Array>
  readonly onProgress?: ((bytes: number) => void) | undefined
  /** Looks for what an earlier try made, where no id of our own makes a repetition safe. Asked before every try but the first. */
  readonly findEarlier?: () => Promise<StoredItem | undefined>
}

export function uploadUrl(session: Session, uploadType: 'multipart' | 'resumable'): string {
  const query = new URLSearchParams({ uploadType, supportsAllDrives: 'true', fields: fields.stored })
  return `${session.rootUrl}/upload/drive/v3/files?${query}`
}

/** The content is not as long as was announced: a fault of the caller. */
export function wrongSize(announced: number, found: number): Error {
  return new DriveFailure(
    'InvalidRequest',
    `The content has ${found} bytes, not the ${announced} that were announced. Nothing was created.`,
  )
}

/** A media type as backed up is hostile text; one that could break out of its header is replaced by the neutral one. */
export function headerSafe(mimeType: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w.+-]+)*$/.test(mimeType) ? mimeType : 'application/octet-stream'
}
