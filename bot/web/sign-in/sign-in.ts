/** Who sits at a browser: one-time links that an operator hands out, and the sessions that they turn into. */
import type { Database, Db } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { personById } from '../../../db/people.ts'
import * as tokens from '../../../db/sessions.ts'
import type { Member } from './person.ts'
import { digest, newSecret } from './secret.ts'

const linkTtlMs = 10 * 60_000
export const sessionTtlMs = 12 * 3_600_000

export type Session = { readonly person: Member; readonly csrfToken: string }

export interface SignIn {
  /** A new secret for a link that signs this person in, once, within ten minutes. */
  createLink(person: Member): Promise<string>
  /** Whom a link is for, as long as it can be used. Looking does not use it up: mail scanners and browsers look ahead. */
  personOfLink(secret: string): Promise<Member | undefined>
  /**
   * Uses the link up and opens a session; undefined when it is unknown, used or too old. Of several callers exactly one gets it.
   * `before` are the sessions that are open in this browser: one of the same person is taken over, so that their other tabs go on.
   */
  useLink(secret: string, before?: readonly Session[]): Promise<{ readonly person: Member; readonly sessionSecret: string } | undefined>
  /** The session that a cookie's secret stands for, until it ends. */
  session(secret: string): Promise<Session | undefined>
  /** Ends a session at once. */
  signOut(accountId: string, secret: string): Promise<void>
}

export function createSignIn(db: Database, clock: Clock, random: Random): SignIn {
  const later = (ms: number) => new Date(clock.now().getTime() + ms)
  return {
    async createLink(person) {
      const secret = newSecret(random)
      await tokens.addSignInLink(db, person.accountId, { tokenHash: digest(secret), personId: person.id, expiresAt: later(linkTtlMs) })
      return secret
    },

    async personOfLink(secret) {
      return member(db, await tokens.holderOfSignInLink(db, digest(secret), clock.now()))
    },

    useLink: (secret, before = []) =>
      db.transaction(async (tx) => {
        const person = await member(tx, await tokens.useSignInLink(tx, digest(secret), clock.now()))
        if (!person) return undefined
        const sessionSecret = newSecret(random)
        await tokens.openSession(tx, person.accountId, {
          tokenHash: digest(sessionSecret),
          personId: person.id,
          csrfToken: before.find((session) => session.person.id === person.id)?.csrfToken ?? newSecret(random),
          expiresAt: later(sessionTtlMs),
          now: clock.now(),
        })
        return { person, sessionSecret }
      }),

    async session(secret) {
      const session = await tokens.sessionByToken(db, digest(secret), clock.now())
      const person = await member(db, session)
      return session && person && { person, csrfToken: session.csrfToken }
    },

    async signOut(accountId, secret) {
      await tokens.revokeSession(db, accountId, digest(secret), clock.now())
    },
  }
}

async function member(db: Db, holder: tokens.TokenHolder | undefined): Promise<Member | undefined> {
  const person = holder && (await personById(db, holder.accountId, holder.personId))
  return person && { ...person, accountId: holder.accountId }
}
