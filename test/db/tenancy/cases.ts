/** For each repository function that takes an account: a call with the ids of `w`, made once as another account and once as its own. */
import type { Transaction } from '../../../db/client.ts'
import type { FullWorld } from './full-world.ts'

export type Ask = (db: Transaction, accountId: string, w: FullWorld) => Promise<unknown>

export type Case =
  | Ask
  | {
      readonly ask: Ask
      /** What its own account uses in place of ids that are taken, for functions of which a repeat changes nothing. */
      readonly fresh?: Partial<FullWorld>
      /** What the other account is told, where that is something, and why that says nothing of this one. */
      readonly told?: { readonly value: unknown; readonly because: string }
      /** It is known to reach the other account, in these words. The test turns red as soon as that is mended. */
      readonly leaks?: string
    }

/** Functions that have no account to be given, and why. */
export const withoutAccount: Readonly<Record<string, string>> = {
  'accounts.ensureAccount': 'makes the account',
  'accounts.listAccounts': 'serves a process that works for all of them',
  'chat-identities.personBehind': 'finds the account of a sender',
  'client.openDatabase': 'opens the database',
  'consents.consentByState': 'finds the account of a browser that comes back from Google',
  'listen.listen': 'hears of accounts',
  'migrate.migrate': 'makes the tables',
  'quota.changeQuota': "counts by the provider's keys",
  'rebuild.refreshPlans': 'looks at whole tables, and tells nothing',
  'scratch.withScratchDatabase': 'makes a database of its own',
  'sessions.holderOfSignInLink': 'finds the account of a link',
  'sessions.sessionByToken': 'finds the account of a cookie',
  'sessions.useSignInLink': 'finds the account of a link',
}
