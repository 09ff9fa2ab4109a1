/** The servers of a machine, looked into past the product: what is written down has to be right, whatever a card says. */
import { Client, Connection } from '@temporalio/client'
import { Pool } from 'pg'
import { clusterOf, productDatabase } from '../../../bot/local/environment.ts'
import { dataFolder } from '../../../bot/local/folder/data-folder.ts'
import { readState, type State } from '../../../bot/local/folder/state.ts'
import { databaseUrl } from '../../../bot/local/postgres/cluster.ts'
import type { Machine } from '../../local/support/machine.ts'

export function portsOf(machine: Machine): State['ports'] {
  const state = readState(dataFolder(machine.data))
  if (!state) throw new Error('The machine has no state.')
  return state.ports
}

/** Works with the machine's database, in one connection that is closed afterwards. */
export async function withDatabase<Result>(machine: Machine, work: (database: Pool) => Promise<Result>): Promise<Result> {
  const pool = new Pool({ connectionString: databaseUrl(clusterOf(dataFolder(machine.data), portsOf(machine)), productDatabase), max: 1 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

/** Works with the machine's Temporal, by a connection that is closed afterwards. */
export async function withTemporal<Result>(machine: Machine, work: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address: `127.0.0.1:${portsOf(machine).temporal}` })
  try {
    return await work(new Client({ connection }))
  } finally {
    await connection.close()
  }
}
