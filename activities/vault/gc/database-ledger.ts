import type { Database } from '../../../db/client.ts'
import {
  adoptEpoch,
  bumpEpoch,
  endCycle,
  fenceRuns,
  forgetBlobs,
  forgetContainers,
  gcState,
  noteClean,
  openSessions,
} from '../../../db/gc.ts'
import { orphansCount } from '../../../workflows/policy/gc.ts'
import type { GcLedger } from './ledger.ts'

/** The ledger of one drive in PostgreSQL. */
export function databaseLedger(db: Database, accountId: string, driveId: string): GcLedger {
  return {
    async state() {
      const { epoch, plan, ageMs, cleanGen } = await gcState(db, accountId, driveId)
      return {
        epoch,
        cycle: plan === null ? { phase: 'idle' } : { phase: 'marked', epoch, ageMs: ageMs ?? 0, plan },
        ...(cleanGen !== null && { cleanGen }),
      }
    },
    sessions: () => openSessions(db, accountId, driveId),
    begin: (epoch, plan, gone) =>
      db
        .transaction(async (tx) => {
          if (!(await bumpEpoch(tx, accountId, driveId, epoch, plan))) return false
          if (gone.orphans && !orphansCount(await openSessions(tx, accountId, driveId))) throw new RunsAreOpen()
          await forgetContainers(tx, accountId, driveId, gone.containers)
          for await (const blobIds of gone.blobs) await forgetBlobs(tx, accountId, driveId, blobIds)
          return true
        })
        .catch((error) => {
          if (error instanceof RunsAreOpen) return false
          throw error
        }),
    clean: (gen) => noteClean(db, accountId, driveId, gen),
    fence: (sessions) => fenceRuns(db, accountId, sessions),
    end: (epoch) => endCycle(db, accountId, driveId, epoch),
    adopt: (epoch) => db.transaction((tx) => adoptEpoch(tx, accountId, driveId, epoch)),
  }
}

/** Takes the transaction back. */
class RunsAreOpen extends Error {}
