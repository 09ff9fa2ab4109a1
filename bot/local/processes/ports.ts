import { type AddressInfo, connect, createServer } from 'node:net'
import type { Clock } from '../../../db/kit/clock.ts'

/** A TCP port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Whether a server could listen on the port of the loopback interface right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Whether a connection to the port succeeds within `withinMs`. */
export function acceptsConnections(port: number, host = '127.0.0.1', withinMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: withinMs })
    const answer = (reached: boolean) => () => {
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}

/** Asks again every `everyMs` until the condition holds; false when it does not within `withinMs` or the signal is aborted. */
export async function waitUntil(
  holds: () => Promise<boolean>,
  { clock, withinMs, everyMs = 50, signal }: { clock: Clock; withinMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  const deadline = clock.now().getTime() + withinMs
  while (!signal?.aborted) {
    if (await holds()) return true
    if (clock.now().getTime() >= deadline) return false
    await clock.sleep(everyMs)
  }
  return false
}
