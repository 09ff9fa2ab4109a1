import { createEstimate, estimateDrives } from '../../db/estimates.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { estimateType, estimateWorkflowId } from '../../workflows/contract/estimate.ts'
import type { MeasuredDrive } from '../../workflows/policy/estimate.ts'
import { startSystemAt } from '../support/system.ts'
import type { Measured } from './report.ts'
import { benchServers } from './servers.ts'

const items = 100_000

/** What it costs to say beforehand what a first backup of 100,000 items would take: a call for each 1,000 of them (drive.md, "What work costs"). */
export async function estimate(): Promise<Measured> {
  const servers = await benchServers()
  const system = await startSystemAt(servers.places, { world: { seed: 5, items, drives: 1, plain: true, minBytes: 16, maxBytes: 64 } })
  try {
    const { db, accountId, taskQueue } = system
    const [drive] = system.practice.drive.model.practice.drives()
    const id = newId(systemRandom, 'est')
    await createEstimate(db, accountId, { id, requestedBy: system.people.ada.id, driveIds: [drive?.id ?? ''], now: clock.now() })
    const before = system.practice.drive.wire.ledger.report()?.total ?? { calls: 0, units: 0 }
    const started = clock.now().getTime()
    const args = [{ accountId, estimateId: id }]
    await (await system.client.workflow.start(estimateType, { taskQueue, workflowId: estimateWorkflowId(id), args })).result()
    const seconds = (clock.now().getTime() - started) / 1_000
    const after = system.practice.drive.wire.ledger.report()?.total ?? { calls: 0, units: 0 }
    const [row] = await estimateDrives(db, accountId, id)
    if (row?.state !== 'done') throw new Error(`The estimate ended as ${row?.state}: ${row?.error}`)
    const seen = (row.measured as MeasuredDrive).items
    const floor = Math.ceil(seen / 1_000)
    const calls = after.calls - before.calls
    return {
      figures: { items: seen, calls, callsFloor: floor, callsRatio: calls / floor, units: after.units - before.units, seconds },
      goals: { callsRatio: { atMost: 1.02 } },
    }
  } finally {
    await system.stop()
    await servers.stop()
  }
}
