/**
 * The way to Google's consent page and back (TASK-02, TASK-03, SET-05):
 * /connect/STATE → Google → /oauth/google/callback → /connect/STATE/done. The state is one person's, for ten minutes, for one use.
 */
import { Router } from 'express'
import type { Logger } from 'pino'
import { requestMessage } from '../../../db/chat-outbox.ts'
import type { Database } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Sealer } from '../../../db/kit/seal.ts'
import { conversationOf } from '../../console/conversation/place.ts'
import { badRequest } from '../http/problem.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { authorisationUrl } from './authorisation-url.ts'
import type { Connecting, ConnectingState } from './connecting.ts'
import { checkFresh, type OwnConsent, ownConsent } from './find-consent.ts'
import { readOAuthClient } from './oauth-client.ts'
import { deniedPage, outcomePage } from './pages.ts'

export type ConsentParts = {
  readonly db: Database
  readonly clock: Clock
  readonly signIn: SignIn
  readonly sealer: Sealer
  readonly connecting: Connecting
  readonly publicUrl: () => URL
  readonly oauthClientFile: string | undefined
  readonly log: Logger
}

/** Longer than that, and the page says that work is under way. */
const quickMs = 2_000
/** As long as the bot itself waits to put the result into the conversation. The page asks for itself, so nothing depends on it. */
const patienceMs = 10 * 60_000

export function consentRoutes(parts: ConsentParts): Router {
  const { clock, sealer, connecting, publicUrl, oauthClientFile, log } = parts
  const router = Router()
  const redirectUri = () => new URL('/oauth/google/callback', publicUrl()).href

  router.get('/connect/:state', async (request, response) => {
    const { state } = request.params
    const { consent } = await ownConsent(request, state, parts)
    checkFresh(consent, clock)
    const client = await readOAuthClient(oauthClientFile)
    const verifier = sealer.open(consent.codeVerifier, { purpose: 'code-verifier', accountId: consent.accountId })
    response.redirect(302, authorisationUrl(client, { state, verifier, redirectUri: redirectUri() }).href)
  })

  router.get('/oauth/google/callback', async (request, response) => {
    const { state, code, error } = request.query
    if (typeof state !== 'string')
      throw badRequest('Google came back without the request that it was sent with. Type "task add" and try again.')
    const own = await ownConsent(request, state, parts)
    if (typeof error === 'string') {
      response.type('html').send(deniedPage({ handle: own.person.handle, state, reason: error.slice(0, 100) }))
      return
    }
    if (typeof code !== 'string' || code === '') throw badRequest('Google came back without an answer. Type "task add" and try again.')
    // Somebody who reloads this page has been here before: the consent is used, and its result is on the next page.
    if (own.consent.usedAt === null) {
      checkFresh(own.consent, clock)
      const stateHash = own.stateHash.toString('hex')
      const { accountId } = own.consent
      const sealedCode = Buffer.from(sealer.seal(code, { purpose: 'authorisation-code', accountId })).toString('base64')
      await connecting.start({ accountId, stateHash, sealedCode, redirectUri: redirectUri() })
      // The page may be closed at any time; the conversation hears of the result all the same.
      connecting
        .state(stateHash, patienceMs)
        .then((result) => result && tell(parts, own, result))
        .catch((cause: unknown) => log.warn({ err: cause }, 'the result of a consent could not be put into the conversation'))
    }
    response.redirect(303, `/connect/${encodeURIComponent(state)}/done`)
  })

  router.get('/connect/:state/done', async (request, response) => {
    const { state } = request.params
    const own = await ownConsent(request, state, parts)
    const result = await connecting.state(own.stateHash.toString('hex'), quickMs)
    if (!result) return response.redirect(303, `/connect/${encodeURIComponent(state)}`)
    await tell(parts, own, result)
    response.type('html').send(outcomePage(result, { handle: own.person.handle, taskName: own.consent.taskName }))
  })
  return router
}

/** TASK-03, TASK-04: the task's card goes into the conversation, with what to do next. A repeat adds nothing. */
async function tell({ db, clock }: ConsentParts, { consent, stateHash }: OwnConsent, result: ConnectingState): Promise<void> {
  if (result.outcome !== 'connected') return
  await requestMessage(db, consent.accountId, {
    id: `msg_${stateHash.toString('hex').slice(0, 24)}`,
    ...conversationOf(consent),
    personId: consent.personId,
    subject: { type: 'task', id: result.taskId },
    now: clock.now(),
  })
}
