/**
 * What Temporal and the workflow `backupDrive` do for one drive: which activity comes next, its repetition after a failure or the death of a
 * worker, and the end of the run. Remembers across dead processes how far a run has come, and nothing else.
 */
import { CancelledFailure } from '@temporalio/common'
import { temporalFailure } from '../../../activities/kit/failure.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { queueRun } from '../../../db/runs.ts'
import { ProcessDied } from './gate.ts'
import type { Machine, Outside } from './machine.ts'

type Step = 'listing' | 'changes' | 'storing' | 'committing' | 'closing'
type Ending = { readonly ended: 'committed' | 'failed' | 'canceled'; readonly error?: string }
type OpenRun = { readonly runId: string; step: Step; ending: Ending; lists: boolean }

/** What became of one process's work on a run. */
export type Course = 'ended' | 'died' | 'stands still' | 'nothing to do' | 'not begun'

const mostAttempts = 4

export type Conductor = {
  /** Goes on with the drive's run, or begins one, in the given process. `full`: list everything again. */
  proceed(machine: Machine, full?: boolean): Promise<Course>
  /** Lets the process that has stood still for longest go on, and waits for the end of what it was at. */
  wake(): Promise<Course | undefined>
  /** Ends the open run as one whose activities have failed for too long, or that a person has canceled. */
  giveUp(machine: Machine, ended: 'failed' | 'canceled'): Promise<void>
  /** Every process and what was known of the run are gone. */
  forget(): Promise<void>
  /** The step that the open run stands before. */
  readonly step: Step | undefined
  /** How the runs have ended so far. */
  readonly endings: readonly Ending[]
}

/** `begun` hears of each run as it is queued, more than once of one that goes on. */
export function conduct(outside: Outside, driveId: string, begun: (runId: string) => void): Conductor {
  const { accountId } = outside
  let open: OpenRun | undefined
  const endings: Ending[] = []
  const asleep: { readonly machine: Machine; readonly working: Promise<Course> }[] = []

  async function begin(machine: Machine, full: boolean): Promise<OpenRun | undefined> {
    const queued = await queueRun(outside.db, accountId, {
      id: newId(systemRandom, 'run'),
      driveId,
      reason: 'on demand',
      now: outside.clock.now(),
    })
    if (!queued) throw new Error(`There is no drive ${driveId}.`)
    begun(queued.run.id)
    if (full) await outside.db.query(`update backup_run set mode = 'full' where id = $1 and started_at is null`, [queued.run.id])
    const opened = await attempt(machine, () => machine.activities.openRun({ accountId, driveId }))
    if (!opened) return undefined
    const lists = opened.mode !== 'incremental'
    return { runId: opened.runId, step: lists ? 'listing' : 'changes', lists, ending: { ended: 'committed' } }
  }

  /** One activity with its repetitions. @throws {ProcessDied} the process has died in it; the failure that is not worth repeating */
  async function attempt<T>(machine: Machine, activity: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        const result = await machine.run(activity)
        superseded(machine)
        return result
      } catch (error) {
        superseded(machine)
        const failure = temporalFailure(error)
        const lasting = failure instanceof CancelledFailure || ('nonRetryable' in failure && failure.nonRetryable === true)
        if (lasting || attempts === mostAttempts) throw error
      }
    }
  }

  async function until(machine: Machine, activity: () => Promise<{ readonly done: boolean }>): Promise<void> {
    while (!(await attempt(machine, activity)).done);
  }

  async function follow(machine: Machine, run: OpenRun): Promise<void> {
    const key = { accountId, runId: run.runId }
    const { activities } = machine
    if (run.step === 'listing') {
      await until(machine, () => activities.drainListing(key))
      run.step = 'changes'
    }
    if (run.step === 'changes') {
      try {
        await until(machine, () => activities.drainChanges(key))
      } catch (error) {
        if (error instanceof ProcessDied || run.lists || failureType(error) !== 'InvalidPageToken') throw error
        await attempt(machine, () => activities.listAgain(key))
        Object.assign(run, { step: 'listing', lists: true })
        return follow(machine, run)
      }
      run.step = 'storing'
    }
    if (run.step === 'storing') {
      await until(machine, () => activities.storePending(key))
      run.step = 'committing'
    }
    if (run.step === 'committing') {
      await attempt(machine, () => activities.commitRun(key))
      run.step = 'closing'
    }
  }

  async function work(machine: Machine, full: boolean): Promise<Course> {
    try {
      open ??= await begin(machine, full)
    } catch (error) {
      if (error instanceof ProcessDied) throw error
      // The run stays queued, and the next request joins it.
      return 'not begun'
    }
    const run = open
    if (!run) return 'nothing to do'
    if (run.step !== 'closing') {
      try {
        await follow(machine, run)
      } catch (error) {
        if (error instanceof ProcessDied) throw error
        run.step = 'closing'
        run.ending = { ended: 'failed', error: temporalFailure(error).message }
      }
    }
    await close(machine, run)
    return 'ended'
  }

  async function close(machine: Machine, run: OpenRun): Promise<void> {
    await attempt(machine, () => machine.activities.closeRun({ accountId, runId: run.runId, ...run.ending }))
    endings.push(run.ending)
    open = undefined
  }

  return {
    async proceed(machine, full = false) {
      const working = work(machine, full).catch((error): Course => {
        if (error instanceof ProcessDied) return 'died'
        throw error
      })
      const course = await Promise.race([working, machine.gate.frozen])
      if (course !== 'frozen') return course
      asleep.push({ machine, working })
      return 'stands still'
    },
    async wake() {
      const { machine, working } = asleep.shift() ?? {}
      machine?.gate.thaw()
      return working
    },
    async giveUp(machine, ended) {
      if (!open) return
      open.step = 'closing'
      open.ending = { ended, error: 'The work was given up.' }
      await close(machine, open)
    },
    async forget() {
      for (const { machine } of asleep) machine.gate.kill()
      await Promise.all(asleep.splice(0).map(({ working }) => working))
      open = undefined
    },
    get step() {
      return open?.step
    },
    endings,
  }
}

/** Of a process that died nobody hears again, and the answer of one that stood still comes too late: Temporal has given its work to another. */
function superseded({ gate }: Machine): void {
  if (gate.dead || gate.stoodStill) throw new ProcessDied('The process is gone.')
}

function failureType(error: unknown): string | undefined {
  const failure = temporalFailure(error)
  return 'type' in failure && typeof failure.type === 'string' ? failure.type : undefined
}
