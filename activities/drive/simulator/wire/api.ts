/** The API proper: finds the method of a request, and takes it past faults, token, quota, scope and judge, in Google's order. */
import type { Clock } from '../../../../db/kit/clock.ts'
import type { DriveModel } from '../model/api.ts'
import { type Caller, requireAccess } from './auth/authenticate.ts'
import type { Judge } from './discovery.ts'
import { fileLinks } from './fields/links.ts'
import { errorAnswer, refusalAnswer } from './http/error-answer.ts'
import { invalidValue, WireError, wireError } from './http/errors.ts'
import type { WireAnswer, WireRequest } from './http/exchange.ts'
import { paramsOf } from './http/params.ts'
import { createRouter } from './http/router.ts'
import type { Uploads } from './media/resumable.ts'
import { methods } from './methods/index.ts'
import type { Call, Method } from './methods/method.ts'
import { practiceMethods, sessionMethods } from './methods/practice-links.ts'
import { uploadMethods } from './methods/uploads.ts'
import type { Fault, FaultPlan } from './practice/faults.ts'
import { countBody, cutBody, faultOf } from './practice/inject.ts'
import type { Ledger } from './practice/ledger.ts'
import type { Quota } from './quota/buckets.ts'
import { unitsOf } from './quota/units.ts'

export type ApiParts = {
  readonly model: DriveModel
  readonly clock: Clock
  readonly url: string
  readonly uploads: Uploads
  readonly quota: Quota
  readonly ledger: Ledger
  readonly faults: FaultPlan
  readonly judge: Judge | undefined
  /** This server's own page as a caller; nothing when the request is not the page's. */
  readonly pageCaller: (request: WireRequest) => Caller | undefined
  /** The caller behind a bearer token. @throws {WireError} 401 */
  readonly tokenCaller: (request: WireRequest) => Caller
  readonly revoke: (grantId: string) => void
}

/** Answers a request of the API; undefined when its path is none of the API's. */
export type Api = (request: WireRequest) => Promise<WireAnswer | undefined>

type Target = { readonly method: Method; readonly upload: boolean }

const router = createRouter<Target>([
  ...methods.map((method) => ({ verb: method.verb, path: `/drive/v3/${method.path}`, target: { method, upload: false } })),
  ...uploadMethods.map((method) => ({ verb: method.verb, path: `/upload/drive/v3/${method.path}`, target: { method, upload: true } })),
  ...practiceMethods.map((method) => ({ verb: method.verb, path: method.path, target: { method, upload: false } })),
  ...sessionMethods.map((method) => ({ verb: method.verb, path: method.path, target: { method, upload: true } })),
])

export function createApi(parts: ApiParts): Api {
  const links = fileLinks(parts.url)
  return async (request) => {
    const found = router(request.verb, request.path)
    if (found === 'no such path') return undefined
    if (found === 'other verb') return errorAnswer(wireError(404, 'notFound', `${request.verb} is not a method of ${request.path}.`))
    const { method, upload } = found.target
    const media = upload || (method.media !== undefined && request.query.get('alt') === 'media')
    const use = media && !upload ? { ...method, ...method.media } : method
    const run = (faults: readonly Fault[], caller: Caller) => {
      const body = upload ? cutBody(request.body, faults) : request.body
      const { actor } = caller
      const call: Call = { ...parts, links, actor, request: { ...request, body }, params: paramsOf(request.query), ids: found.ids, faults }
      return use.run(call)
    }
    return pass({ parts, request, method: use, media, upload, run })
  }
}

type Passage = {
  readonly parts: ApiParts
  readonly request: WireRequest
  readonly method: Method
  readonly media: boolean
  readonly upload: boolean
  readonly run: (faults: readonly Fault[], caller: Caller) => WireAnswer | Promise<WireAnswer>
}

async function pass(passage: Passage): Promise<WireAnswer> {
  const { parts, method, media, upload } = passage
  const log: CallLog = { user: '', units: 0, page: false }
  let faults: readonly Fault[] = []
  let answer: WireAnswer
  try {
    const caller = identify(passage, log)
    faults = caller instanceof WireError || !caller.page ? parts.faults.strike(method.id, media) : []
    await before(parts, faults, caller)
    if (caller instanceof WireError) throw caller
    admit(passage, caller, log)
    answer = await passage.run(faults, caller)
    judgeAnswer(parts.judge, method, media && !upload, answer)
    answer = after(faults, answer)
  } catch (error) {
    const refusal = refusalAnswer(error)
    if (!refusal) {
      note(passage, log, brokenOff, 0)
      throw error
    }
    answer = refusal
  }
  return record(passage, log, cut(faults, upload, answer))
}

const nobody: Caller = { actor: { email: '' }, scopes: [], grantId: '', page: false }

type CallLog = { user: string; units: number; page: boolean }

/** The caller, or why there is none: a planned fault hits such a call, too. */
function identify({ parts, request, method }: Passage, log: CallLog): Caller | WireError {
  try {
    const caller = parts.pageCaller(request) ?? (method.access === 'none' ? nobody : parts.tokenCaller(request))
    log.user = caller.actor.email
    log.page = caller.page
    return caller
  } catch (error) {
    if (error instanceof WireError) return error
    throw error
  }
}

async function before(parts: ApiParts, faults: readonly Fault[], caller: Caller | WireError): Promise<void> {
  const slow = faultOf(faults, 'slow')
  if (slow) await parts.clock.sleep(slow.ms)
  if (faultOf(faults, 'revokeGrant') && !(caller instanceof WireError)) {
    parts.revoke(caller.grantId)
    throw new WireError(401, 'authError', 'Invalid Credentials', { location: 'Authorization', locationType: 'header' })
  }
  const error = faultOf(faults, 'error')
  if (error) {
    const headers = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }
    throw new WireError(error.status, error.reason, error.message ?? `Planned fault: ${error.reason}.`, {}, headers)
  }
  if (faultOf(faults, 'expiredPageToken')) throw invalidValue('pageToken')
}

function admit({ parts, method, request }: Passage, caller: Caller, log: CallLog): void {
  if (!caller.page) {
    parts.quota.charge(caller.actor.email, unitsOf[method.units])
    log.units = unitsOf[method.units]
  }
  if (method.access !== 'none') requireAccess(caller, method.access)
  const own = !method.id.startsWith('drive.')
  const wrong = own ? [] : (parts.judge?.request(method.id, request.query.keys()) ?? [])
  if (wrong.length > 0) throw wireError(400, 'judge', wrong.join(' '))
}

function judgeAnswer(judge: Judge | undefined, method: Method, media: boolean, answer: WireAnswer): void {
  if (!judge || media || !method.id.startsWith('drive.') || answer.status >= 300) return
  const streamed = answer.body !== undefined && typeof answer.body !== 'string'
  if (streamed || answer.headers.location !== undefined) return
  const wrong = judge.response(method.id, typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined)
  if (wrong.length > 0) throw wireError(500, 'judge', wrong.slice(0, 5).join(' '))
}

function after(faults: readonly Fault[], answer: WireAnswer): WireAnswer {
  const failure = faultOf(faults, 'errorAfterSuccess')
  return failure ? errorAnswer(wireError(failure.status, 'backendError', 'Backend Error')) : answer
}

function cut(faults: readonly Fault[], upload: boolean, answer: WireAnswer): WireAnswer {
  const fault = upload ? undefined : faultOf(faults, 'cut')
  return fault ? { ...answer, cutAfterBytes: fault.afterBytes } : answer
}

/** What the ledger shows for a call that got no answer. */
const brokenOff = 0

function record(passage: Passage, log: CallLog, answer: WireAnswer): WireAnswer {
  const { body, status } = answer
  const name = note(passage, log, status, typeof body === 'string' ? Buffer.byteLength(body) : 0)
  if (name === undefined || body === undefined || typeof body === 'string') return answer
  return { ...answer, body: countBody(body, (bytes) => passage.parts.ledger.sent(name, bytes)) }
}

/** Enters a call into the ledger under its name, which is returned; calls of the page are not entered. */
function note({ parts, request, method, media }: Passage, log: CallLog, status: number, bytesOut: number): string | undefined {
  if (log.page) return undefined
  const name = media && method.access !== 'none' ? `${method.id}:media` : method.id
  const bytesIn = Number(request.headers['content-length'] ?? 0)
  const at = parts.clock.now().toISOString()
  parts.ledger.record({ at, method: name, user: log.user, status, units: log.units }, { in: bytesIn, out: bytesOut })
  return name
}
