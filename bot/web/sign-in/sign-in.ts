/** Who sits at a browser: one-time links that an operator hands out, and the sessions that they turn into. */
import type { Db } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { personById } from '../../../db/people.ts'
import type { Member } from './person.ts'
import { digest, newSecret } from './secret.ts'

export const linkTtlMs = 10 * 60_000
export const sessionTtlMs = 12 * 3_600_000

export type Session = { readonly person: Member; readonly csrfToken: string }

export interface SignIn {
  /** A new secret for a link that signs this person in, once, within ten minutes. */
  createLink(person: Member): Promise<string>
  /** Whom a link is for, as long as it can be used. Looking does not use it up: mail scanners and browsers look ahead. */
  personOfLink(secret: string): Promise<Member | undefined>
  /** Uses the link up and opens a session; undefined when it is unknown, used or too old. Of several callers exactly one gets it. */
  useLink(secret: string): Promise<{ readonly person: Member; readonly sessionSecret: string } | undefined>
  /** The session that a cookie's secret stands for, until it ends. */
  session(secret: string): Promise<Session | undefined>
  /** Ends a session at once. */
  signOut(secret: string): Promise<void>
}

export function createSignIn(db: Db, clock: Clock, random: Random): SignIn {
  const later = (ms: number) => new Date(clock.now().getTime() + ms)
  return {
    async createLink(person) {
      const secret = newSecret(random)
      await db.query('insert into sign_in_link (token_hash, account_id, person_id, expires_at) values ($1, $2, $3, $4)', [
        digest(secret),
        person.accountId,
        person.id,
        later(linkTtlMs),
      ])
      return secret
    },

    async personOfLink(secret) {
      const [link] = await db.query<Owner>(
        `select ${owner} from sign_in_link where token_hash = $1 and used_at is null and expires_at > $2`,
        [digest(secret), clock.now()],
      )
      return member(db, link)
    },

    async useLink(secret) {
      const sessionSecret = newSecret(random)
      const [used] = await db.query<Owner>(
        `with used as (
           update sign_in_link set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 returning account_id, person_id
         )
         insert into web_session (token_hash, account_id, person_id, csrf_token, created_at, expires_at)
         select $3, account_id, person_id, $4, $2, $5 from used returning ${owner}`,
        [digest(secret), clock.now(), digest(sessionSecret), newSecret(random), later(sessionTtlMs)],
      )
      const person = await member(db, used)
      return person && { person, sessionSecret }
    },

    async session(secret) {
      const [row] = await db.query<Owner & { csrfToken: string }>(
        `select ${owner}, csrf_token as "csrfToken" from web_session where token_hash = $1 and revoked_at is null and expires_at > $2`,
        [digest(secret), clock.now()],
      )
      const person = await member(db, row)
      return row && person && { person, csrfToken: row.csrfToken }
    },

    async signOut(secret) {
      await db.query('update web_session set revoked_at = $2 where token_hash = $1 and revoked_at is null', [digest(secret), clock.now()])
    },
  }
}

type Owner = { readonly accountId: string; readonly personId: string }
const owner = `account_id as "accountId", person_id as "personId"`

async function member(db: Db, owned: Owner | undefined): Promise<Member | undefined> {
  const person = owned && (await personById(db, owned.accountId, owned.personId))
  return person && { ...person, accountId: owned.accountId }
}
