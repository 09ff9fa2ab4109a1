import { Agent, request as ask, type RequestListener } from 'node:http'
import { systemClock as clock } from '../../../db/kit/clock.ts'

/** Passes requests on to a server near by as if it were far away, and counts them. */
export type Forwarder = {
  readonly listener: RequestListener
  /** How long each request is on its way. */
  latencyMs: number
  /** Requests so far. */
  readonly count: () => number
}

/**
 * To `target`, an `http://` address, with all headers as they are: a signature covers `host` too.
 * @param pathOf the path to ask for instead of the one that was asked for
 */
export function forwarder(target: string, pathOf: (path: string) => string = (path) => path): Forwarder {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  let count = 0
  const self: Forwarder = {
    latencyMs: 0,
    count: () => count,
    listener: async (from, to) => {
      count += 1
      if (self.latencyMs > 0) await clock.sleep(self.latencyMs)
      const { method, url = '/', headers } = from
      const onward = ask({ hostname, port, method, path: pathOf(url), headers, agent }, (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(to)
      })
      // Whoever waits for the answer sees a connection that breaks, as on a real way.
      onward.on('error', () => to.destroy())
      from.pipe(onward)
    },
  }
  return self
}
