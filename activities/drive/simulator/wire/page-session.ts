import { timingSafeEqual } from 'node:crypto'
import { newId, type Random } from '../../../../db/kit/random.ts'
import type { Actor, Person } from '../model/requests.ts'
import type { Caller } from './auth/authenticate.ts'
import { knownScopes } from './auth/scopes.ts'
import type { WireRequest } from './http/exchange.ts'

const cookieName = 'practice_session'

/**
 * The session of this server's own page, which acts as a practice person that it names: a cookie that only pages of this server
 * send (`SameSite=Strict`), and for a change also a header that pages of others cannot add. `hosts` are the names under which
 * this server is known: a request under another name is that of a stranger who had a name of theirs point at this machine.
 */
export function createPageSession(random: Random, hosts: readonly string[], people: readonly Person[], actorOf: (email: string) => Actor) {
  const secret = newId(random, 'session')
  const known = (host: string | undefined) => host !== undefined && hosts.includes(host.replace(/:\d+$/, '').toLowerCase())
  const isPage = (request: WireRequest): boolean =>
    known(request.headers.host) &&
    same(cookieOf(request.headers.cookie), secret) &&
    (request.verb === 'GET' || request.headers['x-practice-page'] === '1')

  return {
    isPage,
    isKnownHost: (request: WireRequest) => known(request.headers.host),
    setCookie: `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`,

    /** The person for whom the page calls, the first admin unless it names one; nothing when the request is not the page's. */
    caller(request: WireRequest): Caller | undefined {
      if (request.headers.authorization !== undefined || !isPage(request)) return undefined
      const named = request.headers['x-practice-person'] ?? request.query.get('as') ?? undefined
      const person = people.find(({ email }) => email === named) ?? people.find(({ admin }) => admin)
      return person && { actor: actorOf(person.email), scopes: knownScopes, grantId: 'page', page: true }
    },
  }
}

function cookieOf(header: string | undefined): string {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(header ?? '')?.[1] ?? ''
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
