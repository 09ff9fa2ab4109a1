import type { Random } from '../../../db/kit/random.ts'
import type { BlobEntry } from '../engine.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { FrameBody } from '../format/codec.ts'
import { sealDirectory } from '../format/directory.ts'
import { containerName } from '../format/layout.ts'
import { packTargetBytes } from '../format/limits.ts'
import { createSealer, type DataKey, type Scope } from '../format/seal.ts'

/** Which run wrote a container, and when it began (RFC 3339): kept in its directory, for whoever finds it without an index. */
export type SessionMark = { readonly session: string; readonly time: string }

/** Many small blobs in one object. */
export type Pack = {
  /** Seals a blob behind those before. Synchronous, so that concurrent writers cannot get between its frames. */
  append(blobId: string, frames: readonly FrameBody[]): BlobEntry
  readonly container: string
  readonly sealedBytes: number
  readonly full: boolean
  readonly entries: readonly BlobEntry[]
  /** The finished object. */
  finish(): Promise<Uint8Array>
}

export function createPack(scope: Scope, dataKey: DataKey, random: Random, session: SessionMark): Pack {
  const sealer = createSealer(scope, 'pack', dataKey, random)
  const container = containerName('pack', sealer.containerId)
  const parts: Buffer[] = [sealer.header]
  const entries: BlobEntry[] = []
  let sealedBytes = sealer.header.length
  return {
    container,
    entries,
    get sealedBytes() {
      return sealedBytes
    },
    get full() {
      return sealedBytes >= packTargetBytes
    },
    append(blobId, frames) {
      const place = { frame: sealer.nextFrame(), offset: sealedBytes }
      for (const [n, body] of frames.entries()) {
        const sealed = sealer.seal(body, 'data', n === frames.length - 1)
        parts.push(sealed)
        sealedBytes += sealed.length
      }
      const size = frames.reduce((sum, body) => sum + body.size, 0)
      const entry = { blobId, container, ...place, length: sealedBytes - place.offset, size }
      entries.push(entry)
      return entry
    },
    async finish() {
      const records = entries.map(({ blobId, frame, offset, length, size }) => ({
        key: blobId,
        value: canonicalBytes({ frame, length, offset, size }),
      }))
      return Buffer.concat([...parts, await sealDirectory(sealer, sealedBytes, [{ key: '', value: canonicalBytes(session) }, ...records])])
    },
  }
}
