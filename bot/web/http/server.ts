import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Router } from 'express'
import type { Logger } from 'pino'
import type { Clock } from '../../../db/kit/clock.ts'
import { answerError, noSuchPage } from './answer-error.ts'
import { ownHostOnly, securityHeaders } from './guard.ts'
import { explainOutage } from './outage.ts'

export type WebServer = {
  /** Where it listens, such as `http://127.0.0.1:4180`. */
  readonly url: URL
  /** Takes no more requests, lets those under way end for at most `graceMs`, and then cuts them off. */
  stop(clock: Clock, graceMs: number): Promise<void>
}

export type ServerOptions = {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** The address that browsers use. Asked late: with a free port it is known only when the server listens. */
  readonly publicUrl: () => URL
  readonly log: Logger
  readonly routes: readonly Router[]
}

/** One HTTP server for everything that people and platforms reach the bot by. */
export async function startServer({ host, port, publicUrl, log, routes }: ServerOptions): Promise<WebServer> {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.use(securityHeaders, ownHostOnly(publicUrl))
  for (const router of routes) app.use(router)
  app.use(noSuchPage, answerError(log, explainOutage))

  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, app)
  await listen(server, host, port)
  const { port: taken } = server.address() as AddressInfo
  return {
    url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${taken}`),
    async stop(clock, graceMs) {
      const closed = new AbortController()
      server.close(() => closed.abort())
      server.closeIdleConnections()
      // All is well when it closes before the time is over, which cuts the sleep short.
      await clock.sleep(graceMs, closed.signal).catch(() => {})
      server.closeAllConnections()
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new Error(`Port ${port} is in use by another program. Stop it, or give another port with BACKSTOP_PORT.`, { cause: error })
          : error,
      )
    })
    server.listen(port, host, resolve)
  })
}
