import { Router } from 'express'
import type { Sql } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Durable } from '../gateway/durable.ts'

/** For load balancers and `doctor`: whether this process answers, and what of the servers that it needs. 200 also when one is missing. */
export function healthRoutes({
  db,
  clock,
  durable,
}: {
  readonly db: Sql
  readonly clock: Clock
  readonly durable: Pick<Durable, 'reachable'>
}): Router {
  const router = Router()
  router.get('/health', async (_request, response) => {
    const since = clock.now().getTime()
    const [postgres, temporal] = await Promise.all([
      db.query('select 1').then(
        () => ({ reachable: true, latencyMs: clock.now().getTime() - since }),
        (error: unknown) => ({ reachable: false, problem: error instanceof Error ? error.message : String(error) }),
      ),
      durable.reachable(),
    ])
    response.json({ ok: postgres.reachable && temporal.reachable, postgres, temporal })
  })
  return router
}
