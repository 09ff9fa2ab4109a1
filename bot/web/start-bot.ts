/** One bot process: the HTTP server, the gateway behind it, and the outbox that keeps cards in step. */
import { Client, Connection } from '@temporalio/client'
import type { Logger } from 'pino'
import { openDatabase } from '../../db/client.ts'
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
import { temporalDurable } from '../gateway/temporal-durable.ts'
import { createHub } from '../outbox/hub.ts'
import { runOutbox } from '../outbox/outbox.ts'
import { temporalConnecting } from './consent/temporal-connecting.ts'
import { startServer } from './http/server.ts'
import { operatorKey } from './operator-key.ts'
import { keepPreparing, type Preparation } from './prepare.ts'
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

/** Starts a bot. Neither PostgreSQL nor Temporal has to be there: what needs them says so until they are. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { clock, random, log, temporal } = options
  const stopping = new AbortController()
  const db = openDatabase(options.databaseUrl, { max: 10 })
  const connection = Connection.lazy({ address: temporal.address })
  const client = new Client({ connection, namespace: temporal.namespace })
  const sealer = createSealer(await loadKeyFile(options.keyFile, random), random)
  const hub = createHub(clock)
  const durable = temporalDurable(client, { taskQueue: temporal.taskQueue, clock })

  let own = new URL(options.publicUrl ?? 'http://127.0.0.1')
  const gateway = createGateway({
    db,
    clock,
    random,
    sealer,
    temporal: durable,
    links: { connect: (token) => links(own.href).connect(token), home: () => links(own.href).home() },
    practice: options.practice && practiceOver(options.practice),
    onFailure: (error, reference) => log.error({ err: error, reference }, 'a command failed'),
  })
  const server = await startServer({
    host: options.host,
    port: options.port,
    publicUrl: () => own,
    log,
    routes: site({
      db,
      clock,
      random,
      sealer,
      gateway,
      durable,
      hub,
      log,
      connecting: temporalConnecting(client, { taskQueue: temporal.taskQueue, clock }),
      operatorKey: await operatorKey(options.operatorKeyFile, random),
      oauthClientFile: options.oauthClientFile,
      publicUrl: () => own,
      stopping: stopping.signal,
    }),
  })
  if (options.publicUrl === undefined) own = server.url

  const preparation: Preparation = { ...options, db, signal: stopping.signal }
  const prepared = await keepPreparing(preparation)
  const outbox = prepared.done.then(() =>
    runOutbox({
      databaseUrl: options.databaseUrl,
      db,
      clock,
      hub,
      log,
      render: async (accountId, { subject, personId }) =>
        subject ? renderSubject({ db, clock }, accountId, subject, personId === null ? undefined : { id: personId }) : undefined,
      surfaces: { console: consoleSurface(hub) },
      signal: stopping.signal,
    }),
  )
  // A failure of the outbox itself is a fault of ours: it ends the process, and whoever watches over it starts it again.
  outbox.catch((error: unknown) => {
    log.fatal({ err: error }, 'the outbox has ended')
    stopping.abort()
  })

  return {
    url: own,
    async stop() {
      stopping.abort()
      await server.stop(clock, graceMs)
      await outbox
      await db.close()
      // The connection to Temporal ends with the process: closed while it still tries to connect, the SDK throws out of a timer.
    },
  }
}
