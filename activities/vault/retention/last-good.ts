import type { DriveReader } from '../read/drive-reader.ts'
import type { Root } from '../root.ts'

/**
 * The newest snapshot that a person could fall back on: one without failures that holds anything at all, or, if there never was one, the
 * newest that holds anything. Retention never gives it up (P3), so that emptying a drive and waiting does not empty its vault.
 */
export async function lastGood(reader: DriveReader, roots: readonly Root[]): Promise<number | undefined> {
  let second: number | undefined
  for (const root of roots.toReversed()) {
    const flawed = root.counts.failed > 0
    if (root.maintenance || (flawed && second !== undefined) || !(await holdsAnything(reader, root))) continue
    if (!flawed) return root.gen
    second = root.gen
  }
  return second
}

async function holdsAnything(reader: DriveReader, root: Root): Promise<boolean> {
  if (root.base.length === 0 && root.deltas.length === 0) return false
  for await (const batch of reader.open(root).records()) if (batch.length > 0) return true
  return false
}
