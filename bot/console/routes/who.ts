/** Who is asking: a person in a browser by their cookie, or the operator's tool in somebody's name by the operator key. */
import type { Request } from 'express'
import type { Db } from '../../../db/client.ts'
import { HttpProblem, refused, signInNeeded } from '../../web/http/problem.ts'
import { sessionOf } from '../../web/sign-in/cookies.ts'
import { type Member, memberNamed } from '../../web/sign-in/person.ts'
import { sameSecret } from '../../web/sign-in/secret.ts'
import type { SignIn } from '../../web/sign-in/sign-in.ts'

export type Doorkeeper = { readonly db: Db; readonly signIn: SignIn; readonly operatorKey: string }

/** The person in whose name a call of the interface is made. A browser's writes need the session's CSRF token too. */
export async function whoAsks(request: Request, door: Doorkeeper): Promise<Member> {
  const as = request.get('x-backstop-as') ?? String(request.query.as ?? '')
  if (request.get('authorization') !== undefined) {
    checkOperator(request, door.operatorKey)
    if (as === '') throw refused('Say in whose name: a handle such as "ada", or a role such as "approver".')
    return memberNamed(door.db, as)
  }
  const session = await sessionOf(request, as, door.signIn)
  if (!session) throw signInNeeded('You are not signed in here, or your twelve hours are over. Open a new sign-in link.')
  if (request.method !== 'GET' && !sameSecret(request.get('x-backstop-csrf') ?? '', session.csrfToken)) {
    throw refused('The request does not come from the page that you signed in to. Reload the page and try again.')
  }
  return session.person
}

export function checkOperator(request: Request, operatorKey: string): void {
  const given = /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1]
  if (given === undefined || !sameSecret(given, operatorKey)) {
    throw new HttpProblem(
      401,
      'Not the operator',
      'The operator key is not the one of this bot. It stands in the file that BACKSTOP_OPERATOR_KEY_FILE names.',
    )
  }
}
