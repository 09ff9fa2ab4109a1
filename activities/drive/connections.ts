import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { Sealer } from '../../db/kit/seal.ts'
import { noteQuotaUse } from '../../db/quota.ts'
import { taskById, taskCredential } from '../../db/tasks.ts'
import type { Lane } from '../../workflows/policy/lanes.ts'
import type { DriveAccess } from '../deps.ts'
import { openCredential, type TaskCredential } from './credential.ts'
import { type Access, accessByConsent, accessByDelegation } from './google/access.ts'
import type { GoogleSettings } from './google/app.ts'
import { driveFailure } from './google/failure.ts'
import { openSession } from './google/session.ts'
import { googleSource } from './google/source.ts'
import { googleTarget } from './google/target.ts'
import { withEgress } from './quota/egress.ts'
import { createIdentities, type Identities, type Identity } from './quota/identities.ts'
import type { GiveBack, QuotaBucket, QuotaLimiter } from './quota/limiter.ts'
import { createMeter } from './quota/meter.ts'
import { perDay, unitsPerMinute } from './quota/units.ts'

export type ConnectionDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly sealer: Sealer
  readonly limiter: QuotaLimiter
  readonly giveBack: GiveBack
  readonly google: GoogleSettings
}

type Kept = { readonly fingerprint: string; readonly identities: Identities }
type Connection = Kept & { readonly labelIds: readonly string[] }

/**
 * The way from a task to Google Drive. Tokens are kept for each task over all activities of this process, and dropped when the task gets
 * another credential; everything else lives as long as one attempt.
 * @throws {DriveFailure} `GrantRevoked`: the task is Disconnected (SET-04), so that nothing can be called a success without a connection
 */
export function driveConnections(deps: ConnectionDeps) {
  const { db, clock, random, limiter, google } = deps
  const kept = new Map<string, Kept>()

  async function connection(accountId: string, taskId: string): Promise<Connection> {
    const task = await taskById(db, accountId, taskId)
    const sealed = await taskCredential(db, accountId, taskId)
    if (!task || !sealed || task.connection !== 'Connected')
      throw driveFailure('GrantRevoked', { detail: task?.connectionNote ?? undefined })
    const fingerprint = createHash('sha256').update(sealed).digest('hex')
    const known = kept.get(taskId)
    if (known?.fingerprint === fingerprint) return { ...known, labelIds: task.labelIds }
    const credential = openCredential(deps.sealer, accountId, sealed)
    const all = identitiesOf(google, task.connectedEmail ?? taskId, credential)
    await noteQuotaUse(db, accountId, taskId, [...new Set(all.flatMap(({ buckets }) => buckets.map(({ key }) => key)))], clock.now())
    const made = { fingerprint, identities: createIdentities(all, limiter, clock) }
    kept.set(taskId, made)
    return { ...made, labelIds: task.labelIds }
  }

  return async (accountId: string, taskId: string, signal: AbortSignal, lane: Lane = 'scheduled'): Promise<DriveAccess> => {
    const { identities, labelIds } = await connection(accountId, taskId)
    const meter = createMeter()
    const session = openSession({ identities, lane, clock, random, meter, signal, rootUrl: google.rootUrl })
    const source = withEgress(googleSource(session, labelIds), { identities, limiter, giveBack: deps.giveBack, lane, signal })
    return { source, target: googleTarget(session), spent: () => meter.read() }
  }
}

/** A person who consented is one identity; a service account acts for each of its subjects. */
function identitiesOf(google: GoogleSettings, email: string, credential: TaskCredential): [Identity, ...Identity[]] {
  const project = (credential.kind === 'delegation' ? google.serviceAccount : google.oauth)?.project ?? 'unknown'
  const as = (person: string, access: Access): Identity => ({ access, buckets: bucketsOf(google, person, project) })
  if (credential.kind === 'refresh-token') {
    if (google.oauth) return [as(email, accessByConsent(google.oauth, credential.refreshToken))]
  } else if (google.serviceAccount) {
    const { serviceAccount } = google
    const acting = (subject: string) => as(subject, accessByDelegation(serviceAccount, subject, credential.scopes))
    return [acting(credential.subject), ...others(credential).map(acting)]
  }
  throw driveFailure('Misconfigured', { detail: `No credentials file for a ${credential.kind}.` })
}

/** Each person once, however often and in whatever case they are named. */
function others({ subject, otherSubjects = [] }: Extract<TaskCredential, { kind: 'delegation' }>): readonly string[] {
  const byName = new Map(otherSubjects.map((other) => [other.toLowerCase(), other]))
  byName.delete(subject.toLowerCase())
  return [...byName.values()]
}

/** Google counts by the person that a token stands for, and by the project that it was made for. */
function bucketsOf(google: GoogleSettings, person: string, project: string): readonly QuotaBucket[] {
  const limits = google.unitsPerMinute ?? unitsPerMinute
  const days = google.perDay ?? perDay
  return [
    { key: `user:${person.toLowerCase()}`, unitsPerMinute: limits.user, egressPerDay: days.egressOfUser },
    { key: `project:${project}`, unitsPerMinute: limits.project, unitsPerDay: days.units, egressPerDay: days.egress },
  ]
}
