/** Ids that look like Google's. A file id carries its own check letters, so that `files.create` can tell an issued id from an invented one. */
import { createHash } from 'node:crypto'
import type { Random } from '../../../../db/kit/random.ts'
import { hash32 } from './seeded.ts'
import type { World } from './state.ts'

const letters = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1')
const scratch = Buffer.alloc(33)
const bodyLength = 27

/** A file id (33 letters) out of a source of random bytes: `1`, 26 letters, 6 check letters. The string is flat, which matters for half a million of them. */
export function fileId(byte: () => number): string {
  scratch[0] = 0x31
  for (let i = 1; i < bodyLength; i++) scratch[i] = letters[byte() & 63] as number
  let check = hash32(scratch.toString('latin1', 0, bodyLength), 0x5eed)
  for (let i = bodyLength; i < 33; i++) {
    scratch[i] = letters[check & 63] as number
    check >>>= 5
  }
  return scratch.toString('latin1', 0, 33)
}

/** A file id that no item has or had: a seeded source begins anew at every start. */
export function freeFileId({ random, items, goneIds }: Pick<World, 'random' | 'items' | 'goneIds'>): string {
  for (;;) {
    const bytes = random.bytes(bodyLength)
    let at = 0
    const id = fileId(() => bytes[at++] as number)
    if (!items.has(id) && !goneIds.has(id)) return id
  }
}

/** Whether `id` can have come from `files.generateIds`. */
export function isIssuedFileId(id: string): boolean {
  if (!/^1[A-Za-z0-9_-]{32}$/.test(id)) return false
  let check = hash32(id.slice(0, bodyLength), 0x5eed)
  for (let i = bodyLength; i < 33; i++) {
    if (id.charCodeAt(i) !== letters[check & 63]) return false
    check >>>= 5
  }
  return true
}

/** A shared drive's id (19 letters), which is also the id of its top folder. */
export function driveId(byte: () => number): string {
  return `0A${Array.from({ length: 14 }, () => String.fromCharCode(letters[byte() & 63] as number)).join('')}PVA`
}

export function freeDriveId({ random, items, goneDrives }: Pick<World, 'random' | 'items' | 'goneDrives'>): string {
  for (;;) {
    const bytes = random.bytes(14)
    let at = 0
    const id = driveId(() => bytes[at++] as number)
    if (!items.has(id) && !goneDrives.has(id)) return id
  }
}

/** A short opaque id for comments and replies. */
export function shortId(random: Random): string {
  return Array.from(random.bytes(11), (b) => String.fromCharCode(letters[b & 63] as number)).join('')
}

/** The permission id of a grantee: the same on every item, as Google has it. */
export function permissionId(principal: string): string {
  if (principal === 'anyone') return 'anyoneWithLink'
  const digits = createHash('sha256').update(principal).digest().readBigUInt64BE(0).toString().padStart(20, '0')
  return principal.startsWith('domain:') ? `${digits}k` : digits
}

/** The id of revision `n` of a blob. */
export function revisionId(file: string, n: number): string {
  return `0B${createHash('sha256').update(`${file}/${n}`).digest('base64url').slice(0, 38)}`
}
