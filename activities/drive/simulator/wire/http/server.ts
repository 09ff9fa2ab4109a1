import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../../../../../db/kit/clock.ts'
import { ConnectionCut } from '../practice/inject.ts'
import { internalError } from './error-answer.ts'
import type { WireAnswer, WireRequest } from './exchange.ts'

export type HttpServer = {
  readonly port: number
  /** Lets running answers end for at most `graceMs`, then closes every connection. */
  stop(graceMs: number): Promise<void>
}

export type HttpOptions = {
  readonly host: string
  readonly port: number
  readonly handle: (request: WireRequest) => Promise<WireAnswer>
  readonly clock: Clock
  /** Told of every mistake of this server, for the log. */
  readonly failed: (error: unknown) => void
}

/**
 * Serves `handle` over HTTP/1.1.
 * @throws {Error} as `node:net` does when the address cannot be listened at: `EADDRINUSE`, `EACCES`
 */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) => {
    respond(request, response, options).catch((error: unknown) => {
      response.destroy()
      if (!isGone(error)) options.failed(error)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const grace = new AbortController()
      await Promise.race([closed, options.clock.sleep(graceMs, grace.signal)])
      server.closeAllConnections()
      grace.abort()
      await closed
    },
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  let answer: WireAnswer
  try {
    answer = await options.handle(read(request))
  } catch (error) {
    const clientIsGone = request.destroyed && !request.complete
    if (error instanceof ConnectionCut || clientIsGone) return void request.socket.destroy()
    options.failed(error)
    answer = internalError()
  }
  await write(response, answer, request.method === 'HEAD')
}

function read(request: IncomingMessage): WireRequest {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  return {
    verb: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    // Only `set-cookie`, which no request carries, is a list.
    headers: request.headers as Record<string, string | undefined>,
    // A refusal must reach the client though it has not read everything that is sent, so the connection outlives the reading.
    body: { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) },
  }
}

async function write(response: ServerResponse, answer: WireAnswer, headOnly: boolean): Promise<void> {
  const { status, headers, body, cutAfterBytes } = answer
  if (cutAfterBytes !== undefined) return writeCut(response, answer, cutAfterBytes)
  if (body === undefined || headOnly) {
    response.writeHead(status, headers).end()
  } else if (typeof body === 'string') {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
  } else {
    response.writeHead(status, headers)
    await pipeline(Readable.from(body, { objectMode: true, highWaterMark: 1 }), response)
  }
}

/** Sends the head and the first bytes of an answer, then breaks the connection. */
async function writeCut(response: ServerResponse, { status, headers, body }: WireAnswer, afterBytes: number): Promise<void> {
  const bytes = typeof body === 'string' ? [Buffer.from(body)] : (body ?? [])
  const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
  response.writeHead(status, { ...headers, ...length })
  response.flushHeaders()
  let left = afterBytes
  for await (const chunk of bytes) {
    const part = chunk.subarray(0, left)
    if (part.length > 0) await new Promise<void>((resolve) => response.write(part, () => resolve()))
    left -= part.length
    if (left <= 0) break
  }
  response.socket?.destroySoon()
}

/** The client went away: nobody's mistake. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
}
