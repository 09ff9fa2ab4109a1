/** How long objects are locked, learned from the vault itself: what the newest root was locked with when it was written. */
import type { DriveVault } from '../engine.ts'
import type { Root } from '../root.ts'

/** Nothing when the store cannot lock, or new objects are not locked. In milliseconds. */
export async function lockLengthMs({ reader: { store, layout } }: DriveVault, root: Pick<Root, 'gen'>): Promise<number | undefined> {
  if (!store.abilities.retention) return undefined
  const address = { key: layout.root(root.gen) }
  const [until, { lastModified }] = await Promise.all([store.retainedUntil(address), store.stat(address)])
  if (until === undefined || lastModified === undefined) return undefined
  const lengthMs = until.getTime() - lastModified.getTime()
  return lengthMs > 0 ? lengthMs : undefined
}
