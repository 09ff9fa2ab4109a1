/** All routes of the bot's HTTP server, over the parts that they share. */
import type { Router } from 'express'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { Sealer } from '../../db/kit/seal.ts'
import { apiRoutes } from '../console/routes/api.ts'
import { eventsRoutes } from '../console/routes/events.ts'
import { operatorRoutes } from '../console/routes/operator.ts'
import { pageRoutes } from '../console/routes/page.ts'
import type { Durable } from '../gateway/durable.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Hub } from '../outbox/hub.ts'
import type { Connecting } from './consent/connecting.ts'
import { consentRoutes } from './consent/routes.ts'
import { healthRoutes } from './health.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { createSignIn } from './sign-in/sign-in.ts'

export type SiteParts = {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly sealer: Sealer
  readonly gateway: Gateway
  readonly durable: Pick<Durable, 'reachable'>
  readonly connecting: Connecting
  readonly hub: Hub
  readonly operatorKey: string
  readonly oauthClientFile: string | undefined
  readonly publicUrl: () => URL
  readonly log: Logger
  /** Aborted when the bot stops. */
  readonly stopping: AbortSignal
}

export function site(parts: SiteParts): readonly Router[] {
  const signIn = createSignIn(parts.db, parts.clock, parts.random)
  const door = { db: parts.db, signIn, operatorKey: parts.operatorKey }
  const all = { ...parts, signIn, door }
  return [
    healthRoutes(all),
    signInRoutes(signIn, parts.publicUrl),
    apiRoutes(all),
    eventsRoutes(all),
    operatorRoutes(door, parts.publicUrl),
    consentRoutes(all),
    // Last, because a person's page lies right under /console.
    pageRoutes(all),
  ]
}
