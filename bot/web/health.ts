import { Router } from 'express'
import type { Sql } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Durable, Reachability } from '../gateway/durable.ts'

type Health = { readonly db: Sql; readonly clock: Clock; readonly durable: Pick<Durable, 'reachable'> }

/** Whoever asks for the health asks often, and does not want to wait. */
const patienceMs = 2_000

/** For load balancers and `doctor`: whether this process answers, and what of the servers that it needs. 200 also when one is missing. */
export function healthRoutes({ db, clock, durable }: Health): Router {
  const router = Router()
  router.get('/health', async (_request, response) => {
    const [postgres, temporal] = await Promise.all([soon(clock, askDatabase(db)), soon(clock, durable.reachable())])
    response.json({ ok: postgres.reachable && temporal.reachable, postgres, temporal })
  })
  return router
}

async function askDatabase(db: Sql): Promise<Reachability> {
  try {
    const [row] = await db.query<{ server_version: string }>('show server_version')
    return { reachable: true, version: row?.server_version ?? 'unknown' }
  } catch (error) {
    return { reachable: false, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** An answer that does not come in time is one, too. */
async function soon(clock: Clock, asking: Promise<Reachability>): Promise<Reachability> {
  const answered = new AbortController()
  const late = clock.sleep(patienceMs, answered.signal).then(
    (): Reachability => ({ reachable: false, problem: `no answer within ${patienceMs / 1_000} s` }),
    () => asking,
  )
  return Promise.race([asking, late]).finally(() => answered.abort())
}
