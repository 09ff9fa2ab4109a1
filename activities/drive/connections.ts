import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { Sealer } from '../../db/kit/seal.ts'
import { taskById, taskCredential } from '../../db/tasks.ts'
import type { DriveAccess } from '../deps.ts'
import { openCredential, type TaskCredential } from './credential.ts'
import { type Access, accessByConsent, accessByDelegation } from './google/access.ts'
import type { GoogleSettings } from './google/app.ts'
import { driveFailure } from './google/failure.ts'
import { openSession } from './google/session.ts'
import { googleSource } from './google/source.ts'
import { googleTarget } from './google/target.ts'
import type { QuotaBucket, QuotaLimiter } from './quota/limiter.ts'
import { createMeter } from './quota/meter.ts'
import { unitsPerMinute } from './quota/units.ts'

export type ConnectionDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly sealer: Sealer
  readonly limiter: QuotaLimiter
  readonly google: GoogleSettings
}

type Kept = { readonly fingerprint: string; readonly access: Access; readonly buckets: readonly QuotaBucket[] }

/**
 * The way from a task to Google Drive. Tokens are kept for each task over all activities of this process, and dropped when the task gets
 * another credential; everything else lives as long as one attempt.
 * @throws {DriveFailure} `GrantRevoked`: the task is Disconnected (SET-04), so that nothing can be called a success without a connection
 */
export function driveConnections(deps: ConnectionDeps) {
  const { db, clock, random, limiter, google } = deps
  const kept = new Map<string, Kept>()

  async function connection(accountId: string, taskId: string): Promise<Kept> {
    const task = await taskById(db, accountId, taskId)
    const sealed = await taskCredential(db, accountId, taskId)
    if (!task || !sealed || task.connection !== 'Connected')
      throw driveFailure('GrantRevoked', { detail: task?.connectionNote ?? undefined })
    const fingerprint = createHash('sha256').update(sealed).digest('hex')
    const known = kept.get(taskId)
    if (known?.fingerprint === fingerprint) return known
    const credential = openCredential(deps.sealer, accountId, sealed)
    const buckets = bucketsOf(google, task.connectedEmail ?? taskId, credential)
    const made = { fingerprint, access: accessOf(google, credential), buckets }
    kept.set(taskId, made)
    return made
  }

  return async (accountId: string, taskId: string, signal: AbortSignal): Promise<DriveAccess> => {
    const { access, buckets } = await connection(accountId, taskId)
    const meter = createMeter()
    const session = openSession({ access, clock, random, limiter, buckets, meter, signal, rootUrl: google.rootUrl })
    return { source: googleSource(session), target: googleTarget(session), spent: () => meter.read() }
  }
}

function accessOf(google: GoogleSettings, credential: TaskCredential): Access {
  if (credential.kind === 'refresh-token') {
    if (google.oauth) return accessByConsent(google.oauth, credential.refreshToken)
  } else if (google.serviceAccount) return accessByDelegation(google.serviceAccount, credential.subject, credential.scopes)
  throw driveFailure('Misconfigured', { detail: `No credentials file for a ${credential.kind}.` })
}

/** Google counts by the person that a token stands for, and by the project that it was made for. */
function bucketsOf(google: GoogleSettings, email: string, credential: TaskCredential): readonly QuotaBucket[] {
  const limits = google.unitsPerMinute ?? unitsPerMinute
  const user = credential.kind === 'delegation' ? credential.subject : email
  const project = (credential.kind === 'delegation' ? google.serviceAccount : google.oauth)?.project ?? 'unknown'
  return [
    { key: `user:${user.toLowerCase()}`, unitsPerMinute: limits.user },
    { key: `project:${project}`, unitsPerMinute: limits.project },
  ]
}
