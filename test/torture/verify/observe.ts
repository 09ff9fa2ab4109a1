import type { World } from '../world.ts'

/** Takes note of snapshots that are new: their runs cannot have looked at the drive later than now. */
export async function observe(world: World): Promise<void> {
  const prefix = `v1/t/${world.accountId}/d/`
  for (const driveId of world.drives) {
    for await (const { key } of world.staging.store.list(`${prefix}${driveId}/snap/`)) {
      if (world.seen.has(key)) continue
      world.seen.set(key, { step: world.ledger.step, truth: world.truth() })
      world.tally.snapshots += 1
    }
  }
}
