import type { BlobEntry } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import type { FrameReader } from './frame-reader.ts'

/**
 * Reads a blob that is damaged or missing where a snapshot's own index has it at the place where it was stored again, if it was
 * (docs/VAULT-FORMAT.md, "Healed blobs"). The frames of one blob are the same wherever it lies, so reading goes on with the one that failed.
 */
export function healedFrames(frames: FrameReader, elsewhere: (blobId: string) => Promise<BlobEntry | undefined>): FrameReader {
  return async function* healed(entry, first, last) {
    let at = first
    try {
      for await (const plain of frames(entry, first, last)) {
        at += 1
        yield plain
      }
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error
      const other = await elsewhere(entry.blobId)
      if (!other || other.size !== entry.size || other.container === entry.container) throw error
      yield* frames(other, at, last)
    }
  }
}
