import { createServer } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import { expect, test } from 'vitest'
import { DurableUnavailable } from '../../bot/gateway/durable.ts'
import { temporalDurable } from '../../bot/gateway/temporal-durable.ts'
import { systemClock } from '../../db/kit/clock.ts'

/** A port on which nobody answers: it was free a moment ago. */
const closedPort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('The server has no port.'))))
    })
  })

test('when Temporal is not there every request ends in words, in time, and doctor says so', async () => {
  const connection = Connection.lazy({ address: `127.0.0.1:${await closedPort()}` })
  const durable = temporalDurable(new Client({ connection }), { taskQueue: 'nobody', clock: systemClock })
  const started = systemClock.now().getTime()
  const reachable = durable.reachable()
  const asked = [
    durable.startBackup('acc', 'drive'),
    durable.startRestore('acc', 'job'),
    durable.startEstimate('acc', 'estimate'),
    durable.vote('apr', { personId: 'bo', choice: 'approve', planHash: 'h' }, 'update'),
    durable.cancelRestore('job', 'ada'),
    durable.cancelRun('acc', 'drive', 'run'),
  ]
  for (const result of await Promise.allSettled(asked)) {
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DurableUnavailable) })
  }
  expect(await reachable).toMatchObject({ reachable: false, problem: expect.stringContaining('Temporal does not answer') })
  expect(systemClock.now().getTime() - started).toBeLessThan(15_000)
  await connection.close()
}, 40_000)
