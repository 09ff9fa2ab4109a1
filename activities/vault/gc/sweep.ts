/** The second phase: fences, looks again, takes the dead entries out of the index, and deletes. */
import { createHash } from 'node:crypto'
import { needsApproval } from '../../../workflows/policy/gc.ts'
import { GenerationTaken } from '../errors.ts'
import type { GcDeps } from './collect.ts'
import { containersOf } from './look.ts'
import { type Garbage, type Marked, mark } from './mark.ts'
import { dropOldPlans, readPlan } from './plan.ts'
import { removeGarbage } from './remove.ts'
import { counted, type GcReport } from './report.ts'

export type Sweep = {
  readonly epoch: number
  readonly plan: string
  readonly fence: readonly string[]
  readonly approved: string | undefined
}

type Plan = Awaited<ReturnType<typeof readPlan>>

/** A drive that is busy commits in between; more often than this it does not happen by chance. */
const maxAttempts = 5

export async function sweep(deps: GcDeps, { epoch, plan: planKey, fence, approved }: Sweep): Promise<GcReport> {
  const { drive, ledger, policy } = deps
  const plan = await readPlan(drive.reader, planKey)
  const look = await lookAgain(deps, plan)
  if (!look) return { driveId: drive.driveId, epoch, outcome: { did: 'nothing', why: 'no snapshot' } }
  const { bytes } = counted(look.garbage)
  const token = createHash('sha256').update(`${plan.digest} ${epoch}`).digest('hex').slice(0, 16)
  if (needsApproval(bytes, look.total.bytes, policy) && approved !== token) {
    const percent = Math.round((bytes * 1_000) / look.total.bytes) / 10
    const outcome = { did: 'asked for approval', token, percent } as const
    return { driveId: drive.driveId, epoch, outcome, garbage: counted(look.garbage), total: look.total }
  }
  // From here on these runs can write nothing down; what they had committed by now is looked at again below.
  await ledger.fence(fence)
  const fenced = await fenceByRoot(deps, plan, epoch)
  const removed = await removeGarbage({ ...deps, store: drive.reader.store }, fenced.garbage, policy.removalsPerSecond)
  if (removed.forbidden) {
    const outcome = { did: 'was not allowed', removed } as const
    return { driveId: drive.driveId, epoch, outcome, garbage: counted(fenced.garbage), total: fenced.total }
  }
  await ledger.end(epoch)
  await dropOldPlans(drive.reader, planKey)
  return {
    driveId: drive.driveId,
    epoch,
    outcome: { did: 'swept', removed, kept: plan.objects.length - fenced.garbage.length, fenced: fence },
    garbage: counted(fenced.garbage),
    total: fenced.total,
  }
}

/** What of the plan no snapshot needs now. */
async function lookAgain({ drive, progress }: GcDeps, plan: Plan): Promise<Marked | undefined> {
  const planned = new Set(plan.objects.map((name) => drive.reader.layout.container(name)))
  return mark(drive, { progress, among: planned })
}

/**
 * Consumes the generation after the newest root that was looked at: whatever was committed before is taken into account, and no run that
 * began before the mark can commit after. The same root takes what will be deleted out of the index: index first, objects second. When this
 * epoch's root is there already, an earlier attempt got so far.
 */
async function fenceByRoot(
  deps: GcDeps,
  plan: Plan,
  epoch: number,
): Promise<{ readonly garbage: readonly Garbage[]; readonly total: Marked['total'] }> {
  for (let attempt = 1; ; attempt += 1) {
    const look = await lookAgain(deps, plan)
    if (!look) return { garbage: [], total: { objects: 0, bytes: 0 } }
    if ((look.head.gcEpoch ?? 0) >= epoch) return look
    const dead = containersOf(deps.drive, look.garbage)
    try {
      await deps.drive.maintain({
        sessionId: `gc-${epoch}-${plan.digest.slice(0, 16)}`,
        parentGen: look.head.gen,
        gc: { epoch, drops: ({ container }) => dead.has(container) },
      })
      return look
    } catch (error) {
      if (!(error instanceof GenerationTaken) || attempt === maxAttempts) throw error
    }
  }
}
