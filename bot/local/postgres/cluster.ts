/** The embedded PostgreSQL: one cluster in one folder, reachable on the loopback interface alone. */
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, type Random } from '../../../db/kit/random.ts'
import { StartFailure } from '../failure.ts'
import type { Program } from '../processes/child.ts'
import { postgresBinaries } from './binaries.ts'
import { accountFor, runAs } from './unprivileged.ts'

export type Cluster = {
  readonly folder: string
  readonly password: string
  readonly port: number
  /** False for tests alone: a crash of the machine may lose what was written, and everything is faster. */
  readonly durable: boolean
}

const user = 'backstop'

/** The address of one of the cluster's databases. `postgres` always exists. */
export function databaseUrl({ password, port }: Cluster, database: string): string {
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}

/**
 * Creates the cluster's files unless they are there. They appear all at once: a crash half-way leaves nothing that a later start takes for a cluster.
 * @throws {StartFailure} with initdb's own words
 */
export function initialiseCluster({ folder, password, durable }: Cluster, random: Random): void {
  if (existsSync(join(folder, 'PG_VERSION'))) return
  const { initdb } = postgresBinaries()
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const account = accountFor(initdb, draft)
  const passwordFile = join(tmpdir(), newId(random, 'backstop-postgres'))
  try {
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (account) chownSync(passwordFile, account.uid, account.gid)
    const options = [`--username=${user}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C']
    const args = ['-D', draft, ...options, ...(durable ? [] : ['--no-sync'])]
    const { file, args: given, ...rights } = runAs(account, { file: initdb, args })
    const { status, stderr, error } = spawnSync(file, given, { encoding: 'utf8', ...rights })
    if (status !== 0) throw new StartFailure(`PostgreSQL could not create its files in ${folder}: ${error?.message ?? stderr.trim()}`)
    rmSync(folder, { recursive: true, force: true })
    renameSync(draft, folder)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** How to run the server of an initialised cluster. It stops cleanly on SIGINT and closes its connections. */
export function postgresProgram({ folder, port, durable }: Cluster): Program {
  const { postgres } = postgresBinaries()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  return runAs(accountFor(postgres, folder), { file: postgres, args })
}
