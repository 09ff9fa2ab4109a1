/** The Temporal development server: one process, its state in one file, its UI on a port of its own. Loopback only. */
import type { Clock } from '../../../db/kit/clock.ts'
import type { Program } from '../processes/child.ts'
import { withTemporal } from './connection.ts'

export type TemporalServer = {
  readonly binary: string
  readonly port: number
  /** Undefined: no UI. */
  readonly uiPort?: number
  /** Undefined: nothing is kept. */
  readonly databaseFile?: string
}

/** On one machine a queue needs no more than one partition, and within one the lanes of the work hold exactly. */
const onePartition = ['Read', 'Write'].flatMap((way) => ['--dynamic-config-value', `matching.numTaskqueue${way}Partitions=1`])

/** How to run the server. It stops on SIGTERM. */
export function temporalProgram({ binary, port, uiPort, databaseFile }: TemporalServer): Program {
  const where = ['--ip', '127.0.0.1', '--port', String(port)]
  const ui = uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort), '--ui-disable-news-fetch']
  const state = databaseFile === undefined ? [] : ['--db-filename', databaseFile]
  return {
    file: binary,
    args: ['server', 'start-dev', ...where, ...ui, ...state, ...onePartition, '--log-level', 'warn', '--log-format', 'json'],
  }
}

/** The server's version. @throws Error when it does not answer within `withinMs` or does not know the namespace */
export function askTemporal(address: string, namespace: string, clock: Clock, withinMs = 3_000): Promise<{ version: string }> {
  return withTemporal(address, clock, withinMs, async ({ workflowService }) => {
    await workflowService.describeNamespace({ namespace })
    const { serverVersion } = await workflowService.getSystemInfo({})
    return { version: serverVersion ?? 'unknown' }
  })
}
