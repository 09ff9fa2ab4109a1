/** Everything that answers a request, put together: OAuth, practice verbs, batches, the API and the page. */
import type { Clock } from '../../../../db/kit/clock.ts'
import type { Random } from '../../../../db/kit/random.ts'
import type { DriveModel } from '../model/api.ts'
import { createApi } from './api.ts'
import { accessTokens } from './auth/access-tokens.ts'
import { actorsOf, callerOf } from './auth/authenticate.ts'
import type { Credentials } from './auth/credentials.ts'
import { answerOAuth } from './auth/endpoints.ts'
import { createGrants, type GrantsState } from './auth/grants.ts'
import { delegationId, googleTokenUrl, type TokenAuthority } from './auth/token-endpoint.ts'
import { answerBatch } from './batch.ts'
import type { Judge } from './discovery.ts'
import { errorAnswer } from './http/error-answer.ts'
import { wireError } from './http/errors.ts'
import type { WireAnswer, WireRequest } from './http/exchange.ts'
import { createUploads } from './media/resumable.ts'
import { createPageFiles } from './page-files.ts'
import { createPageSession } from './page-session.ts'
import { answerPractice } from './practice/endpoints.ts'
import { createFaultPlan } from './practice/faults.ts'
import { createLedger } from './practice/ledger.ts'
import { createQuota } from './quota/buckets.ts'

export type WireOptions = {
  readonly model: DriveModel
  readonly clock: Clock
  readonly random: Random
  /** The address under which clients know this server, without a slash at the end. */
  readonly url: string
  readonly credentials: Credentials
  readonly grants: GrantsState
  readonly grantsChanged: (state: GrantsState) => void
  readonly adminKey: string
  /** Multiplies Google's quota of units; 0 means no limit. */
  readonly quotaScale: number
  readonly tokenLifeSeconds: number
  /** Compares every request and answer with Google's own document. */
  readonly judge?: Judge | undefined
}

export type Wire = ReturnType<typeof createWire>

export function createWire(options: WireOptions) {
  const { model, clock, random, url, credentials, judge } = options
  const ledger = createLedger()
  const faults = createFaultPlan()
  const uploads = createUploads(model.content, clock, random)
  const grants = createGrants(clock, random, options.grants, options.grantsChanged)
  const { people } = model.directory
  const actorOf = actorsOf(model.directory)
  const page = createPageSession(random, ['127.0.0.1', 'localhost', '[::1]', new URL(url).hostname], people, actorOf)
  const pageFiles = createPageFiles(page.setCookie)
  const authority: TokenAuthority = {
    credentials,
    grants,
    tokens: accessTokens(credentials.tokenSecret, clock),
    clock,
    tokenLifeSeconds: options.tokenLifeSeconds,
    audiences: [`${url}/token`, googleTokenUrl],
    isPerson: (email) => people.some((person) => person.email === email),
  }
  const desk = { clientId: credentials.clientId, grants, people }
  const api = createApi({
    model,
    clock,
    url,
    uploads,
    quota: createQuota(clock, options.quotaScale),
    ledger,
    faults,
    judge,
    pageCaller: page.caller,
    tokenCaller: (request) => callerOf(request, authority.tokens, grants, actorOf),
    revoke: (grantId) => grants.revoke(grantId),
  })
  const practice = {
    model,
    ledger,
    faults,
    adminKey: options.adminKey,
    isPage: page.isPage,
    reinstate: () => grants.reinstate(delegationId(credentials)),
  }

  async function answer(request: WireRequest): Promise<WireAnswer> {
    const isBatch = request.verb === 'POST' && (request.path === '/batch/drive/v3' || request.path === '/batch')
    if (isBatch) return answerBatch(request, (inner) => answerOr404(inner, api))
    return (
      (await api(request)) ??
      (await answerOAuth(request, authority, desk)) ??
      (await answerPractice(request, practice)) ??
      (page.isKnownHost(request) ? pageFiles(request) : undefined) ??
      notFound(request)
    )
  }

  return {
    ledger,
    faults,
    grants,
    /** Answers a request. Throws only when the connection is to be cut, or by a mistake of this server. */
    async handle(request: WireRequest): Promise<WireAnswer> {
      try {
        return await answer(request)
      } catch (error) {
        return errorAnswer(error)
      }
    },
    close(): void {
      uploads.close()
    },
  }
}

async function answerOr404(request: WireRequest, api: (request: WireRequest) => Promise<WireAnswer | undefined>): Promise<WireAnswer> {
  return (await api(request)) ?? notFound(request)
}

function notFound(request: WireRequest): WireAnswer {
  return errorAnswer(wireError(404, 'notFound', `The requested URL ${request.path.slice(0, 200)} was not found on this server.`))
}
