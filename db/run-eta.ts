import type { Sql } from './client.ts'

/** What was last said of the end of a run; opaque here. Undefined when nothing was said yet. */
export async function runEta(db: Sql, accountId: string, runId: string): Promise<unknown> {
  const [row] = await db.query<{ eta: unknown }>('select eta from backup_run_eta where account_id = $1 and run_id = $2', [accountId, runId])
  return row?.eta
}

/** Keeps what is said now. */
export async function saveRunEta(db: Sql, accountId: string, runId: string, eta: unknown, now: Date): Promise<void> {
  await db.query(
    `insert into backup_run_eta (account_id, run_id, eta, sampled_at)
     select $1, id, $3, $4 from backup_run where account_id = $1 and id = $2
     on conflict (run_id) do update set eta = excluded.eta, sampled_at = excluded.sampled_at
     where backup_run_eta.account_id = excluded.account_id`,
    [accountId, runId, JSON.stringify(eta), now],
  )
}
