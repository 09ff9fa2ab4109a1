/** Where the blobs of one snapshot lie, held compactly: about 100 bytes a blob, whatever else the vault's index knows. */
import type { BlobEntry } from '../engine.ts'

export type PlaceBook = {
  /** Says that the blob will be asked for. Places of others are not kept. */
  want(blobId: string): void
  /** Takes the place when the blob is wanted; a later one replaces an earlier one. */
  add(entry: BlobEntry): void
  get(blobId: string): BlobEntry | undefined
  /** Wanted blobs that have no place. */
  missing(): number
}

/** Container, offset, length, frame and size of a blob, one after the other. */
const fields = 5

export function placeBook(): PlaceBook {
  const slots = new Map<string, number>()
  const containers: { readonly container: string; readonly versionId?: string }[] = []
  const containerNumbers = new Map<string, number>()
  let table = new Float64Array(1024 * fields)
  let placed = 0

  function containerNumber({ container, versionId }: BlobEntry): number {
    const name = `${container} ${versionId ?? ''}`
    const known = containerNumbers.get(name)
    if (known !== undefined) return known
    containerNumbers.set(name, containers.length)
    containers.push(versionId === undefined ? { container } : { container, versionId })
    return containers.length - 1
  }

  return {
    want(blobId) {
      const key = compact(blobId)
      if (slots.has(key)) return
      if ((slots.size + 1) * fields > table.length) {
        const larger = new Float64Array(table.length * 2)
        larger.set(table)
        table = larger
      }
      slots.set(key, slots.size)
    },
    add(entry) {
      const slot = slots.get(compact(entry.blobId))
      if (slot === undefined) return
      const at = slot * fields
      // No frame of any blob begins at byte 0: a length of 0 says that the slot is free.
      if (table[at + 2] === 0) placed += 1
      table.set([containerNumber(entry), entry.offset, entry.length, entry.frame, entry.size], at)
    },
    get(blobId) {
      const slot = slots.get(compact(blobId))
      if (slot === undefined) return undefined
      const [number = 0, offset = 0, length = 0, frame = 0, size = 0] = table.subarray(slot * fields, (slot + 1) * fields)
      const container = containers[number]
      return length === 0 || !container ? undefined : { blobId, ...container, offset, length, frame, size }
    },
    missing: () => slots.size - placed,
  }
}

/** 32 bytes as a string of one byte each, half the size of their hex digits. */
const compact = (blobId: string): string => Buffer.from(blobId, 'hex').toString('latin1')
