/** The five processes of one-machine mode, in the order in which they start. */
import { join } from 'node:path'
import type { Clock } from '../../db/kit/clock.ts'
import { workerProcess } from '../../temporal.config.ts'
import { practiceQuotaScale } from './environment.ts'
import type { DataFolder } from './folder/data-folder.ts'
import type { State } from './folder/state.ts'
import { type Cluster, databaseUrl, postgresProgram } from './postgres/cluster.ts'
import { askPostgres } from './postgres/reachable.ts'
import type { Part } from './supervisor/part.ts'
import { askTemporal, temporalProgram } from './temporal/server.ts'

const checkout = join(import.meta.dirname, '..', '..')

/** Node runs TypeScript as it is; a warning about that would be the first thing in every log. */
const node = (entry: string, args: readonly string[] = [], flags: readonly string[] = []) => ({
  file: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', ...flags, join(checkout, entry), ...args],
})

export function postgresPart(cluster: Cluster): Part {
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    program: () => postgresProgram(cluster),
    ready: () => askPostgres(databaseUrl(cluster, 'postgres')),
    stopSignal: 'SIGINT',
    graceMs: 4_000,
  }
}

export function temporalPart(folder: DataFolder, ports: State['ports'], binary: string, clock: Clock): Part {
  return {
    name: 'temporal',
    title: 'Temporal',
    program: () => temporalProgram({ binary, port: ports.temporal, uiPort: ports.temporalUi, databaseFile: folder.temporal }),
    ready: () => askTemporal(`127.0.0.1:${ports.temporal}`, 'default', clock),
    stopSignal: 'SIGTERM',
    graceMs: 4_000,
  }
}

/** `flags` go to the practice Drive as they are: how large a world, for example. */
export function practicePart(
  folder: DataFolder,
  ports: State['ports'],
  key: string,
  flags: readonly string[],
  onReady: NonNullable<Part['onReady']>,
): Part {
  return {
    name: 'practice',
    title: 'Practice Drive',
    program: () =>
      node('activities/drive/simulator/main.ts', [
        ...['--port', String(ports.practice), '--data', folder.practice, '--admin-key', key],
        ...['--quota-scale', String(practiceQuotaScale), ...flags],
      ]),
    ready: 'line',
    onReady,
    stopSignal: 'SIGTERM',
    graceMs: 4_000,
  }
}

export function workerPart(env: NodeJS.ProcessEnv): Part {
  return {
    name: 'worker',
    title: 'Worker',
    program: () => ({ ...node('activities/worker.ts', [], workerProcess.nodeFlags), env: { ...env, ...workerProcess.env } }),
    ready: 'line',
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  }
}

export function botPart(env: NodeJS.ProcessEnv): Part {
  return {
    name: 'bot',
    title: 'Bot',
    program: () => ({ ...node('bot/main.ts'), env }),
    ready: 'line',
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  }
}

/** The order in which the parts stop: who asks before who answers. At most 9 s in all, and far less unless something hangs. */
export const stopOrder = [
  ['bot', 'worker'],
  ['practice', 'temporal', 'postgres'],
] as const
