import type { Sql } from './client.ts'

/** `first`: work on it. `repeat`: it has been worked on, this was the answer. `busy`: somebody works on it right now. */
export type InboundClaim =
  | { readonly outcome: 'first' }
  | { readonly outcome: 'repeat'; readonly result: unknown }
  | { readonly outcome: 'busy' }

/**
 * Takes an inbound event by its content key; of any number of deliveries of one event, one is told `first` (R18).
 * An event whose worker has died is given out again `leaseMs` after it was taken, when no answer has been stored by then.
 */
export async function claimInbound(
  db: Sql,
  accountId: string,
  key: string,
  claim: { readonly leaseMs: number; readonly now: Date },
): Promise<InboundClaim> {
  const taken = await db.query(
    `insert into chat_inbound (account_id, key, seen_at) values ($1, $2, $3)
     on conflict (account_id, key) do update set seen_at = excluded.seen_at where chat_inbound.result is null and chat_inbound.seen_at <= $4
     returning key`,
    [accountId, key, claim.now, new Date(claim.now.getTime() - claim.leaseMs)],
  )
  if (taken.length > 0) return { outcome: 'first' }
  const [row] = await db.query<{ result: unknown }>(
    'select result from chat_inbound where account_id = $1 and key = $2 and result is not null',
    [accountId, key],
  )
  return row ? { outcome: 'repeat', result: row.result } : { outcome: 'busy' }
}

/** Keeps the answer, for the repeats. The first answer stays. */
export async function saveInboundResult(db: Sql, accountId: string, key: string, result: unknown): Promise<void> {
  await db.query('update chat_inbound set result = $3 where account_id = $1 and key = $2 and result is null', [
    accountId,
    key,
    JSON.stringify(result ?? null),
  ])
}

/** Gives an event back that could not be worked on, so that a repeat may try again. */
export async function releaseInbound(db: Sql, accountId: string, key: string): Promise<void> {
  await db.query('delete from chat_inbound where account_id = $1 and key = $2 and result is null', [accountId, key])
}

/** Forgets events that nobody repeats any more. */
export async function forgetInbound(db: Sql, accountId: string, seenBefore: Date): Promise<void> {
  await db.query('delete from chat_inbound where account_id = $1 and seen_at < $2', [accountId, seenBefore])
}
