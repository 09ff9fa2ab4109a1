/** One bot process: the HTTP server, the gateway behind it, and the outbox that keeps cards in step. */
import { Client, Connection } from '@temporalio/client'
import type { Logger } from 'pino'
import { type Database, openDatabase } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { loadKeyFile } from '../../db/kit/key-file.ts'
import type { Random } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import type { TemporalConfig } from '../../temporal.config.ts'
import { renderSubject } from '../cards/subjects.ts'
import { consoleSurface } from '../console/surface.ts'
import { createGateway } from '../gateway/create-gateway.ts'
import { links } from '../gateway/links.ts'
import { practiceOver } from '../gateway/practice.ts'
import { keepTakingUp } from '../gateway/take-up.ts'
import { temporalDurable } from '../gateway/temporal-durable.ts'
import type { RenderSubject } from '../outbox/deliver.ts'
import { forgetOld } from '../outbox/forget-old.ts'
import { createHub } from '../outbox/hub.ts'
import { runOutbox } from '../outbox/outbox.ts'
import { temporalConnecting } from './consent/temporal-connecting.ts'
import { startServer } from './http/server.ts'
import { operatorKey } from './operator-key.ts'
import { keepPreparing } from './prepare.ts'
import { site } from './site.ts'

export type BotOptions = {
  readonly databaseUrl: string
  readonly temporal: TemporalConfig
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** The address that browsers use; without it, where the server listens. */
  readonly publicUrl?: string | undefined
  readonly oauthClientFile?: string | undefined
  readonly keyFile: string
  readonly operatorKeyFile: string
  /** The practice Drive and the key of its admin interface, in one-machine mode and tests. */
  readonly practice?: { readonly url: string; readonly key: string } | undefined
  /** Makes sure of the practice account and its people. */
  readonly practicePeople: boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export type Bot = {
  readonly url: URL
  /** Ends open streams and requests, and gives all connections back; within five seconds. */
  stop(): Promise<void>
}

/** The longest that requests under way may take when the bot stops. */
const graceMs = 3_000
const hourMs = 60 * 60 * 1_000

/** Starts a bot. Neither PostgreSQL nor Temporal has to be there: what needs them says so until they are. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { clock, random, log, databaseUrl } = options
  const stopping = new AbortController()
  const db = openDatabase(databaseUrl, { max: 10 })
  const hub = createHub(clock)
  let own = new URL(options.publicUrl ?? 'http://127.0.0.1')
  const publicUrl = () => own

  const served = await services(options, db, publicUrl)
  const server = await startServer({
    host: options.host,
    port: options.port,
    publicUrl,
    log,
    routes: site({
      ...served,
      db,
      clock,
      random,
      hub,
      log,
      operatorKey: await operatorKey(options.operatorKeyFile, random),
      oauthClientFile: options.oauthClientFile,
      publicUrl,
      stopping: stopping.signal,
    }),
  })
  if (options.publicUrl === undefined) own = server.url

  const prepared = await keepPreparing({ ...options, db, signal: stopping.signal })
  const render: RenderSubject = async (accountId, { subject, personId }) =>
    subject ? renderSubject({ db, clock }, accountId, subject, personId === null ? undefined : { id: personId }) : undefined
  const surfaces = { console: consoleSurface(hub) }
  const outbox = prepared.done.then(() => runOutbox({ databaseUrl, db, clock, hub, log, render, surfaces, signal: stopping.signal }))

  // Not waited for at the end: the next start takes up what this one could not.
  void prepared.done.then(() => keepTakingUp({ db, temporal: served.durable, clock, log, signal: stopping.signal }))

  const stopForgetting = clock.every(hourMs, () => {
    forgetOld(db, clock.now()).catch((error: unknown) =>
      log.warn({ err: error }, 'old rows could not be forgotten; the next hour tries again'),
    )
  })

  return {
    url: own,
    async stop() {
      stopping.abort()
      stopForgetting()
      await server.stop(clock, graceMs)
      await outbox
      await db.close()
      // The connection to Temporal ends with the process: closed while it still tries to connect, the SDK throws out of a timer.
    },
  }
}

/** What understands commands and carries them out. */
async function services(options: BotOptions, db: Database, publicUrl: () => URL) {
  const { clock, random, log, practice, temporal } = options
  const client = new Client({ connection: Connection.lazy({ address: temporal.address }), namespace: temporal.namespace })
  const sealer = createSealer(await loadKeyFile(options.keyFile, random), random)
  const durable = temporalDurable(client, { taskQueue: temporal.taskQueue, clock })
  const gateway = createGateway({
    db,
    clock,
    random,
    sealer,
    temporal: durable,
    links: { connect: (token) => links(publicUrl().href).connect(token), home: () => links(publicUrl().href).home() },
    practice: practice && practiceOver(practice),
    onFailure: (error, reference) => log.error({ err: error, reference }, 'a command failed'),
  })
  return { sealer, durable, gateway, connecting: temporalConnecting(client, { taskQueue: temporal.taskQueue, clock }) }
}
