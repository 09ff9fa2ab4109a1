/** One cookie per person, so that several people can sit side by side in one browser, each in a tab of their own. */
import type { IncomingMessage } from 'node:http'
import { cookiesOf } from '../http/cookies.ts'
import type { Session, SignIn } from './sign-in.ts'

const prefix = 'backstop_session_'

export const cookieName = (handle: string): string => `${prefix}${handle}`

/** The session of the person with this handle in this browser. */
export async function sessionOf(request: IncomingMessage, handle: string, signIn: SignIn): Promise<Session | undefined> {
  const secret = cookiesOf(request).get(cookieName(handle))
  const session = secret === undefined ? undefined : await signIn.session(secret)
  return session?.person.handle === handle ? session : undefined
}

/** Everybody who is signed in in this browser, in the order of their handles. */
export async function sessionsIn(request: IncomingMessage, signIn: SignIn): Promise<readonly Session[]> {
  const handles = [...cookiesOf(request).keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const sessions = await Promise.all(handles.sort().map((handle) => sessionOf(request, handle, signIn)))
  return sessions.filter((session) => session !== undefined)
}
