import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { newId, systemRandom } from '../../db/kit/random.ts'
import type { S3Server } from '../support/servers/where.ts'
import type { Places } from '../support/system.ts'

const host = join(import.meta.dirname, '..', 'support', 'servers', 'host.ts')

export type BenchServers = {
  readonly places: Places
  /** Starts the S3 server, the first time it is asked for. */
  readonly s3: () => Promise<S3Server>
  readonly stop: () => Promise<void>
}

/** PostgreSQL and Temporal for one benchmark, from the same process that holds the servers of the tests. */
export async function benchServers(): Promise<BenchServers> {
  const child: ChildProcess = spawn(process.execPath, [host], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (!child.stdout || !child.stdin) throw new Error('The servers of the benchmark cannot be reached.')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { port } = JSON.parse(line) as { port: number }
  const ask = async <Answer>(name: string): Promise<Answer> =>
    (await fetch(`http://127.0.0.1:${port}/${name}`, { method: 'POST' })).json() as Promise<Answer>

  const { adminUrl, template } = await ask<{ adminUrl: string; template: string }>('postgres')
  const temporal = await ask<{ address: string; namespace: string }>('temporal')
  return {
    places: { databaseUrl: await cloneDatabase(adminUrl, template), temporal: { ...temporal, taskQueue: newId(systemRandom, 'queue') } },
    s3: () => ask<S3Server>('s3'),
    stop: async () => {
      const gone = once(child, 'exit')
      child.stdin?.end()
      await gone
    },
  }
}

async function cloneDatabase(adminUrl: string, template: string): Promise<string> {
  const name = newId(systemRandom, 'bench')
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create database ${name} template ${template}`)
  await admin.end()
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}
