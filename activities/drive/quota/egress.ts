import type { Lane } from '../../../workflows/policy/lanes.ts'
import type { Download, DriveSource } from '../source.ts'
import type { Identities } from './identities.ts'
import type { GiveBack, QuotaLimiter } from './limiter.ts'

export type EgressDeps = {
  readonly identities: Identities
  readonly limiter: Pick<QuotaLimiter, 'takeEgress'>
  /** Counts bytes that were not known beforehand; nothing is refused any more then. */
  readonly giveBack: GiveBack
  readonly lane: Lane
  readonly signal: AbortSignal
}

/** Until the length of an export is known, it is taken to be as long as this. */
const guessedBytes = 2 ** 20

/** The source with every byte of content counted against the day's egress of the project and of whoever fetched it. */
export function withEgress(source: DriveSource, deps: EgressDeps): DriveSource {
  const counted = async (signal: AbortSignal | undefined, start: number, open: (signal: AbortSignal) => Promise<Download>) => {
    const refused = new AbortController()
    const both = signal ? AbortSignal.any([signal, refused.signal]) : refused.signal
    const { result: download, by } = await deps.identities.watched(() => open(both))
    try {
      const bytes = download.size === undefined ? guessedBytes : Math.max(0, download.size - start)
      await deps.limiter.takeEgress(by.buckets, bytes, deps.lane, deps.signal)
      if (download.size !== undefined) return download
      return { stream: measured(download.stream, (length) => deps.giveBack(by.buckets, 'egress', guessedBytes - length)) }
    } catch (error) {
      // Nobody will read what has begun to come.
      refused.abort(error)
      throw error
    }
  }

  return {
    ...source,
    download: (itemId, options = {}) =>
      counted(options.signal, options.start ?? 0, (signal) => source.download(itemId, { ...options, signal })),
    exportAs: (itemId, mimeType, { signal: own } = {}) => counted(own, 0, (signal) => source.exportAs(itemId, mimeType, { signal })),
  }
}

async function* measured(stream: AsyncIterable<Uint8Array>, ended: (length: number) => Promise<void>): AsyncGenerator<Uint8Array> {
  let length = 0
  try {
    for await (const chunk of stream) {
      length += chunk.length
      yield chunk
    }
  } finally {
    await ended(length)
  }
}
