import type { Request } from 'express'
import type { Db } from '../../../db/client.ts'
import { type ConsentRequest, consentByState } from '../../../db/consents.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import { HttpProblem, notFound, refused, signInNeeded } from '../http/problem.ts'
import { sessionsIn } from '../sign-in/cookies.ts'
import type { Member } from '../sign-in/person.ts'
import { digest } from '../sign-in/secret.ts'
import type { SignIn } from '../sign-in/sign-in.ts'

export type OwnConsent = { readonly consent: ConsentRequest; readonly person: Member; readonly stateHash: Buffer }

/**
 * The consent that a browser brings, if the person who asked for it is signed in there. The link alone is not enough: whoever else got hold
 * of it must not connect their Google account to somebody's task.
 */
export async function ownConsent(
  request: Request,
  state: string,
  { db, signIn }: { readonly db: Db; readonly signIn: SignIn },
): Promise<OwnConsent> {
  const stateHash = digest(state)
  const consent = await consentByState(db, stateHash)
  if (!consent) throw notFound('This connection request is not known here. Go back to the conversation and type "task add".')
  const sessions = await sessionsIn(request, signIn)
  const own = sessions.find(({ person }) => person.id === consent.personId && person.accountId === consent.accountId)
  if (own) return { consent, person: own.person, stateHash }
  if (sessions.length === 0)
    throw signInNeeded('Sign in to Backstop in this browser as the person who asked for this connection, then open the link again.')
  throw refused(
    'Somebody else asked for this connection. Only that person can go on with it; sign in as them, or type "task add" yourself.',
  )
}

/** @throws {HttpProblem} when the consent cannot be used any more */
export function checkFresh(consent: ConsentRequest, clock: Clock): void {
  if (consent.usedAt === null && consent.expiresAt > clock.now()) return
  const why = consent.usedAt === null ? 'Its ten minutes are over' : 'It has been used already'
  const again = consent.taskId === null ? 'task add' : 'task show'
  throw new HttpProblem(
    410,
    'This request cannot be used any more',
    `${why}. Nothing was changed. Go back to the conversation and type "${again}" to get a new one.`,
  )
}
