import { migrate } from '../../db/migrate.ts'
import { clusterOf, keepOauthClient, partEnvironment, productDatabase } from './environment.ts'
import { StartFailure } from './failure.ts'
import type { DataFolder } from './folder/data-folder.ts'
import { makeSecrets, readSecret } from './folder/secrets.ts'
import type { State } from './folder/state.ts'
import { botPart, postgresPart, practicePart, temporalPart, workerPart } from './parts.ts'
import { databaseUrl, initialiseCluster } from './postgres/cluster.ts'
import { ensureDatabase } from './postgres/reachable.ts'
import type { Step } from './progress.ts'
import { PartDidNotStart } from './supervisor/part-did-not-start.ts'
import type { Supervisor } from './supervisor/supervisor.ts'
import { defaultCache, findTemporal } from './temporal/binary.ts'
import { askTemporal } from './temporal/server.ts'
import type { World } from './up.ts'

type Start = {
  readonly folder: DataFolder
  readonly ports: State['ports']
  readonly parts: Supervisor
  readonly step: Step
  readonly world: World
}

/** Each step needs the one before. @throws {StartFailure} for the first that fails, with its part's last words */
export async function startEverything(start: Start): Promise<void> {
  const { folder, ports, step, parts, world } = start
  try {
    await makeSecrets(folder, world.random)
    await startPostgres(start)
    await startTemporal(start)
    const keep = (facts: Readonly<Record<string, unknown>>) =>
      keepOauthClient(folder, String(facts['url']), String(facts['clientId']), String(facts['clientSecret']))
    await step('Practice Drive', async () => {
      const flags = world.env['BACKSTOP_PRACTICE_FLAGS']?.split(' ').filter((flag) => flag !== '') ?? []
      await parts.start(practicePart(folder, ports, readSecret(folder, 'practiceKey'), flags, keep))
      return undefined
    })
    const env = partEnvironment(folder, ports, world.env)
    await step('Worker', async () => {
      await parts.start(workerPart(env))
      return undefined
    })
    await step('Bot', async () => {
      await parts.start(botPart(env))
      return undefined
    })
  } catch (error) {
    throw error instanceof PartDidNotStart ? new StartFailure(startSentence(error, folder), { cause: error }) : error
  }
}

async function startPostgres({ folder, ports, parts, step, world }: Start): Promise<void> {
  const cluster = clusterOf(folder, ports)
  await step('PostgreSQL', async () => {
    initialiseCluster(cluster, world.random)
    const { facts } = await parts.start(postgresPart(cluster))
    return facts.version
  })
  await step('Database', async () => {
    await ensureDatabase(databaseUrl(cluster, 'postgres'), productDatabase)
    await migrate(databaseUrl(cluster, productDatabase))
    return 'is at its newest schema'
  })
}

/** A server named by TEMPORAL_ADDRESS is used as it is, and is not ours to start or stop. */
async function startTemporal({ folder, ports, parts, step, world }: Start): Promise<void> {
  const { env, io, clock } = world
  const address = env['TEMPORAL_ADDRESS']
  await step('Temporal', async () => {
    if (address !== undefined) return `${(await reachElsewhere(address, world)).version} at ${address}`
    const binary = await findTemporal({ cache: defaultCache, env, onFetch: io.say }).catch((error: Error) => {
      throw new StartFailure(error.message, { cause: error })
    })
    const { facts } = await parts.start(temporalPart(folder, ports, binary, clock))
    return facts.version
  })
}

async function reachElsewhere(address: string, { env, clock }: World): Promise<{ version: string }> {
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default'
  try {
    return await askTemporal(address, namespace, clock)
  } catch (error) {
    throw new StartFailure(
      `Temporal does not answer at ${address} with the namespace "${namespace}" (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE). Start it there, or unset TEMPORAL_ADDRESS to have Backstop start one.`,
      { cause: error },
    )
  }
}

function startSentence({ message, lastLines, isDiskFull }: PartDidNotStart, folder: DataFolder): string {
  const advice = isDiskFull
    ? `Free some space on the disk that holds ${folder.path}, or choose another folder with --data DIR.`
    : 'If the lines above do not help: npm start -- --reset begins anew, and --data DIR does so elsewhere.'
  return [
    `${message}; it ends with:`,
    ...lastLines.map((line) => `  ${line}`),
    `Everything was stopped again and nothing was lost. ${advice}`,
  ].join('\n')
}
