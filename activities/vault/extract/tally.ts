/** What an extraction has come to. Conservation law (P10): listed = written + skipped + failed. */
import type { Root } from '../root.ts'

export type Failure = {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly code: string
  readonly detail: string
}

export type ExtractReport = {
  readonly accountId: string
  readonly driveId: string
  readonly driveName: string
  readonly gen: number
  readonly time: string
  readonly rootHash: string
  readonly stateHash: string
  /** The part of the tree that was asked for; absent for all of it. */
  readonly path?: string
  readonly listed: number
  /** Files, folders and shortcuts that are there now; `alreadyThere` of them were before, and have been compared. */
  readonly written: number
  readonly alreadyThere: number
  readonly skipped: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  /** The first thousand; `metadata.jsonl` marks all of them. */
  readonly failures: readonly Failure[]
  /** Items that are called otherwise than in Drive. */
  readonly renamed: number
  /** Items whose newest version the backup could not read: what is written is the one before. */
  readonly earlierVersions: number
  /** Content bytes written in this run. */
  readonly bytes: number
  /** `containers`: the index was damaged, and the blobs were found by what packs and objects say of themselves. */
  readonly placesFrom: 'index' | 'containers'
  /** Damage that was met, whether or not it cost an item. */
  readonly problems: readonly string[]
}

export type Tally = {
  listed(): void
  written(name: string, path: string, how: 'now' | 'before', bytes: number): void
  earlierVersion(): void
  skipped(reason: string): void
  failed(failure: Failure): void
  problem(message: string): void
  progress(): { readonly items: number; readonly bytes: number }
  report(root: Root, rest: Pick<ExtractReport, 'stateHash' | 'placesFrom'> & { readonly path?: string }): ExtractReport
}

const keptFailures = 1000

export function tally(): Tally {
  const skipped: Record<string, number> = {}
  const failed: Record<string, number> = {}
  const failures: Failure[] = []
  const problems: string[] = []
  const count = { listed: 0, written: 0, alreadyThere: 0, renamed: 0, earlierVersions: 0, bytes: 0 }
  return {
    listed: () => void count.listed++,
    written(name, path, how, bytes) {
      count.written += 1
      count.bytes += bytes
      if (how === 'before') count.alreadyThere += 1
      if (path.slice(path.lastIndexOf('/') + 1) !== name) count.renamed += 1
    },
    earlierVersion: () => void count.earlierVersions++,
    skipped: (reason) => add(skipped, reason),
    failed(failure) {
      add(failed, failure.code)
      if (failures.length < keptFailures) failures.push(failure)
    },
    problem: (message) => void problems.push(message),
    progress: () => ({ items: count.listed, bytes: count.bytes }),
    report: ({ accountId, driveId, drive, gen, time, hash }, rest) => ({
      accountId,
      driveId,
      driveName: drive.name,
      gen,
      time,
      rootHash: hash,
      ...count,
      skipped,
      failed,
      failures,
      problems,
      ...rest,
    }),
  }
}

function add(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1
}
