import { Connection } from '@temporalio/client'
import type { Clock } from '../../../db/kit/clock.ts'
import { acceptsConnections } from '../processes/ports.ts'

/**
 * Asks a Temporal server something over a connection of its own.
 * @throws Error at once when nobody listens there, and of the driver when the answer does not come within `withinMs`
 */
export async function withTemporal<T>(
  address: string,
  clock: Clock,
  withinMs: number,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  // The driver would go on trying until the deadline, and after a first refusal waits for a second.
  const { hostname, port } = new URL(`tcp://${address}`)
  if (!(await acceptsConnections(Number(port || 7233), hostname, withinMs))) throw new Error(`nobody listens at ${address}`)
  const connection = await Connection.connect({ address, connectTimeout: withinMs })
  try {
    return await connection.withDeadline(clock.now().getTime() + withinMs, () => ask(connection))
  } finally {
    await connection.close()
  }
}
