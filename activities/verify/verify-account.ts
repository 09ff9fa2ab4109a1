/** Levels 0 and 1 of a whole account in one go, with what the database remembers of earlier checks. */

import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { verificationSummary } from '../../db/verification.ts'
import type { Vault } from '../vault/index.ts'
import type { DriveCheck } from '../vault/verify/check-drive.ts'
import type { Findings } from '../vault/verify/findings.ts'
import { type Listed, verifyListing } from './listing.ts'
import { knownDamage, readShard } from './reading.ts'

export type AccountCheck = {
  readonly checks: readonly DriveCheck[]
  /** Everything that snapshots need was verified since then. */
  readonly oldestUnverified: Date | null
}

export type AccountDeps = {
  readonly db: Database
  readonly vault: Vault
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly note: (line: string) => void
}

const shardBytes = 1024 ** 3

/** Lists `driveIds`; then reads what was verified longest ago, of any drive of the account, up to `readBytes`. */
export async function verifyAccount(deps: AccountDeps, driveIds: readonly string[], readBytes: number): Promise<AccountCheck> {
  const { db, vault, clock, signal, note } = deps
  const listed = new Map<string, Listed>()
  for (const driveId of driveIds) {
    signal.throwIfAborted()
    note(`${driveId}: comparing what is listed with what is needed`)
    listed.set(driveId, await verifyListing({ db, now: clock.now() }, vault.accountId, vault.drive(driveId)))
  }
  const read = await readUpTo(deps, readBytes)
  const checks: DriveCheck[] = []
  for (const [driveId, { findings, presence }] of listed) {
    const { needed, bytes, unreferenced, sizes } = presence
    const damage = await knownDamage(db, vault.accountId, vault.drive(driveId))
    const { objects, bytes: readBytes } = read.get(driveId) ?? { objects: 0, bytes: 0 }
    checks.push({
      driveId,
      findings: joined(findings, damage),
      needed,
      bytes,
      unreferenced,
      read: { objects, bytes: readBytes, everything: objects >= sizes.size },
    })
  }
  return { checks, oldestUnverified: (await verificationSummary(db, vault.accountId)).oldestUnverified }
}

async function readUpTo({ db, vault, clock, signal, note }: AccountDeps, budgetBytes: number) {
  const since = clock.now()
  const read = new Map<string, { objects: number; bytes: number }>()
  let [left, objects] = [budgetBytes, 0]
  const onObject = () => note(`${++objects} objects read and compared`)
  while (left > 0) {
    const deps = { db, vault, now: () => clock.now(), signal, onObject }
    const shard = await readShard(deps, since, Math.min(left, shardBytes))
    if (shard.driveId === undefined) break
    const before = read.get(shard.driveId) ?? { objects: 0, bytes: 0 }
    read.set(shard.driveId, { objects: before.objects + shard.objects, bytes: before.bytes + shard.bytes })
    left -= shard.bytes
  }
  return read
}

/** What one check has found already is not told twice. */
function joined(one: Findings, other: Findings): Findings {
  const known = new Set(one.list.map(({ objectKey }) => objectKey))
  const more = other.list.filter(({ objectKey }) => !known.has(objectKey))
  const counts: Partial<Record<string, number>> = { ...one.counts }
  for (const { kind } of more) counts[kind] = (counts[kind] ?? 0) + 1
  return { counts, list: [...one.list, ...more] }
}
