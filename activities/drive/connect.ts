import type { Database, Transaction } from '../../db/client.ts'
import { type ConsentRequest, consentByState, useConsent } from '../../db/consents.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Sealer } from '../../db/kit/seal.ts'
import { createTask, reconnectTask, taskById } from '../../db/tasks.ts'
import type { ConnectTaskInput } from '../../workflows/contract/task.ts'
import { sealCredential } from './credential.ts'
import { DriveFailure } from './failure-types.ts'
import type { GoogleSettings } from './google/app.ts'
import { type ConsentGrant, exchangeCode, noRefreshToken } from './google/consent.ts'

export type ConnectDeps = {
  readonly db: Database
  readonly clock: Clock
  readonly sealer: Sealer
  readonly google: GoogleSettings
}

export type Connected =
  | { readonly outcome: 'connected'; readonly taskId: string; readonly created: boolean }
  | { readonly outcome: 'refused'; readonly reason: string }

/**
 * TASK-03, SET-05: turns a person's consent into a task, or gives a disconnected task its connection back, with its settings and history.
 * Idempotent by the consent's state: the request is spent in the same transaction that writes the task, and a repeat finds both. A crash
 * after Google has taken the code and before that transaction costs the person a second consent, and nothing else.
 */
export async function exchangeConsent(deps: ConnectDeps, input: ConnectTaskInput): Promise<Connected> {
  const { db, clock, sealer, google } = deps
  const { accountId } = input
  const stateHash = Buffer.from(input.stateHash, 'hex')
  const request = await consentByState(db, stateHash)
  if (!request || request.accountId !== accountId) return refused('This consent was not asked for here. Start again with `task add`.')
  const taskId = request.taskId ?? taskIdFor(input.stateHash)
  if (request.usedAt) return spent(db, accountId, request, taskId)
  if (request.expiresAt <= clock.now()) return refused('The link for this consent has expired. Start again to get a fresh one.')

  let grant: ConsentGrant
  try {
    grant = await exchangeCode(google, {
      code: sealer.open(Buffer.from(input.sealedCode, 'base64'), { purpose: 'authorisation-code', accountId }),
      codeVerifier: sealer.open(request.codeVerifier, { purpose: 'code-verifier', accountId }),
      redirectUri: input.redirectUri,
    })
  } catch (error) {
    const reason = refusalOf(error)
    if (reason === undefined) throw error
    return refused(reason)
  }
  const credential = sealCredential(sealer, accountId, {
    kind: 'refresh-token',
    refreshToken: grant.refreshToken,
    scopes: [...grant.scopes],
  })
  return db.transaction(async (tx) => {
    const mine = await useConsent(tx, accountId, stateHash, clock.now())
    if (!mine) return spent(tx, accountId, request, taskId)
    return write(tx, accountId, taskId, mine, { connectedEmail: grant.email, credential }, clock.now())
  })
}

/** What a person can do something about, in words; anything else is thrown, and repeated when that is worth it. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof DriveFailure)) return undefined
  switch (error.type) {
    case 'GrantRevoked':
      return 'Google no longer takes this consent: it was used already, or too much time has passed. Start again to get a fresh link.'
    case 'ScopeMissing':
      return error.reason === noRefreshToken
        ? 'Google gave access for an hour only. Remove Backstop at https://myaccount.google.com/connections, then start again.'
        : 'The consent does not include access to Google Drive. Start again and leave every box on the consent page ticked.'
    case 'Misconfigured':
      return 'Google does not accept this installation: check the OAuth client file, its redirect address and that the Google Drive API is enabled.'
    default:
      return undefined
  }
}

async function write(
  tx: Transaction,
  accountId: string,
  taskId: string,
  { taskId: existing, taskName }: ConsentRequest,
  grant: { readonly connectedEmail: string; readonly credential: Uint8Array },
  now: Date,
): Promise<Connected> {
  if (existing !== null) {
    const task = await reconnectTask(tx, accountId, existing, grant, now)
    return task
      ? connected(existing, false)
      : refused('The task that was to be reconnected is not there any more. Add a new one with `task add`.')
  }
  const task = await createTask(tx, accountId, { id: taskId, name: taskName, now, ...grant })
  return task ? connected(taskId, true) : refused('There is a task of this name already. Start again with another name.')
}

/** The request was used before: by an earlier attempt of this activity, or by a second click. */
async function spent(db: Database | Transaction, accountId: string, request: ConsentRequest, taskId: string): Promise<Connected> {
  const task = await taskById(db, accountId, taskId)
  return task ? connected(taskId, request.taskId === null) : refused('This consent was used already. Start again to get a fresh link.')
}

/** The new task's id follows from the request, so that a repeat finds what it made. */
function taskIdFor(stateHash: string): string {
  return `task_${stateHash.slice(0, 20)}`
}

function connected(taskId: string, created: boolean): Connected {
  return { outcome: 'connected', taskId, created }
}

function refused(reason: string): Connected {
  return { outcome: 'refused', reason }
}
