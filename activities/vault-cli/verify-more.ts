/** The levels of verification that need more than the vault: Google Drive, or a database beside the real one. */
import { driveById } from '../../db/drives.ts'
import { newId } from '../../db/kit/random.ts'
import { withScratchDatabase } from '../../db/scratch.ts'
import { saveVerification } from '../../db/verification.ts'
import { compareWithVault } from '../rebuild/compare.ts'
import { rebuildAccount } from '../rebuild/rebuild.ts'
import type { Vault } from '../vault/index.ts'
import { verifyDrift } from '../verify/drift.ts'
import { driftLines } from './check-lines.ts'
import type { Outside } from './command.ts'
import { withDatabase } from './database.ts'
import { driveAccess } from './drive-access.ts'
import type { Place } from './options.ts'
import { progress } from './progress.ts'

type Values = { readonly database?: string; readonly json?: boolean; readonly 'key-file'?: string }

/** Level 2. */
export function compareWithDrive(values: Values, outside: Outside, vault: Vault, driveIds: readonly string[]): Promise<number> {
  const { accountId } = vault
  return withDatabase(values, outside, async (db) => {
    const open = await driveAccess(db, values, outside)
    const note = progress(outside)
    let drifted = 0
    for (const driveId of driveIds) {
      const known = await driveById(db, accountId, driveId)
      if (!known) {
        outside.note(`${driveId} is not in the database, so nobody knows whose consent reaches it. Try  backstop vault rebuild`)
        continue
      }
      const source = await open(accountId, known.taskId)
      let pages = 0
      const report = await verifyDrift({
        source,
        drive: vault.drive(driveId),
        onPage: () => note(`${driveId}: page ${++pages} of Drive's list`),
      })
      if (!report) continue
      const { differs, gone, 'not backed up': unknown } = report.counts
      const findings = differs + gone + unknown
      drifted += findings
      await saveVerification(db, accountId, { driveId, level: 2, finishedAt: outside.clock.now(), alarms: 0, findings, report })
      for (const line of values.json ? [JSON.stringify({ driveId, ...report })] : driftLines(driveId, report)) outside.say(line)
    }
    return drifted > 0 ? 1 : 0
  })
}

/** Level 4: what a disaster would need is done beside the real database, and both are compared with the vault by every state hash. */
export function rebuildElsewhere(values: Values, outside: Outside, { store, accountId }: Place, vault: Vault): Promise<number> {
  const { clock, random, stop: signal } = outside
  return withDatabase(values, outside, async (db, url) => {
    const name = newId(random, 'backstop_verify')
    const { drives } = await withScratchDatabase(url, name, (scratch) =>
      rebuildAccount({ db: scratch, store, vault, clock, signal, every: true, note: progress(outside) }),
    )
    let wrong = 0
    for (const { driveId, outcome, snapshots, items, hashed, differences } of drives) {
      const known = await driveById(db, accountId, driveId)
      const real = known ? (await compareWithVault(db, vault.drive(driveId), accountId, { every: true })).differences : []
      const findings = differences.length + real.length
      wrong += findings
      const report = { outcome, snapshots, items, hashed, rebuilt: differences, database: real.slice(0, 20) }
      if (known) await saveVerification(db, accountId, { driveId, level: 4, finishedAt: clock.now(), alarms: findings, findings, report })
      if (values.json) outside.say(JSON.stringify({ driveId, ...report }))
      else {
        outside.say(
          `${driveId}  rebuilt: ${snapshots} snapshots, ${items} items; ${hashed} state hashes compared, ${differences.length} differ`,
        )
        for (const line of differences) outside.say(`  ! rebuilt: ${line}`)
        for (const { generation, detail } of real) outside.say(`  ! database: snapshot ${generation}: ${detail}`)
        if (!known) outside.say('  - the database does not know this drive')
      }
    }
    return wrong > 0 ? 1 : 0
  })
}
