/** Stands between a client and a server and spoils single answers, on the wire: for clients that offer no way in. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** The answer that the client gets instead. `hang up`: the connection ends without one. `stall`: it stays open, and nothing comes. */
type Spoiled =
  | 'hang up'
  | 'stall'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

export type WireFault = {
  /** Which requests are meant: by method and path with query, as in `PUT /a/b?comp=block`. */
  readonly on: RegExp
  /** Which of those, from 1. */
  readonly nth: number
  /** The server does it, and only its answer is lost. */
  readonly lands?: boolean
  readonly answer: Spoiled
}

export type FaultProxy = {
  readonly endpoint: string
  /** The requests so far that match. */
  count(on: RegExp): number
}

/** Until the test ends. A planned fault that never came fails the test: what it was meant to prove was not proven. */
export async function faultProxy(server: string, plan: readonly WireFault[]): Promise<FaultProxy> {
  const target = new URL(server)
  const seen: string[] = []
  const open = new Set(plan)
  const proxy = createServer((from, to) => {
    const line = `${from.method} ${from.url}`
    seen.push(line)
    const fault = plan.find(({ on, nth }) => on.test(line) && seen.filter((one) => on.test(one)).length === nth)
    if (fault) open.delete(fault)
    if (!fault)
      forward(target, from, (answer) => answer.pipe(to.writeHead(answer.statusCode ?? 500, throughHere(answer, target, from))), to)
    else if (fault.lands) forward(target, from, (answer) => answer.resume().once('end', () => spoil(to, fault.answer)), to)
    else from.resume().once('end', () => spoil(to, fault.answer))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.close()
    proxy.closeAllConnections()
    if (open.size > 0) throw new Error(`Planned faults that never came: ${[...open].map(({ on, nth }) => `${on} ${nth}`).join(', ')}`)
  })
  const { port } = proxy.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}${target.pathname === '/' ? '' : target.pathname}`,
    count: (on) => seen.filter((one) => on.test(one)).length,
  }
}

/** The client's own `Host` goes on: what it has signed stays true, and what the server says of itself leads back through here. */
function forward(target: URL, from: IncomingMessage, answered: (answer: IncomingMessage) => void, to: ServerResponse): void {
  const { hostname, port } = target
  const on = request({ hostname, port, method: from.method, path: from.url, headers: from.headers, agent: false }, answered)
  on.once('error', () => to.destroy())
  from.pipe(on)
}

/** Where the server sends the client on to lies behind this proxy, too. */
function throughHere({ headers }: IncomingMessage, target: URL, from: IncomingMessage): IncomingMessage['headers'] {
  const { location } = headers
  return location === undefined ? headers : { ...headers, location: location.replace(target.host, from.headers.host ?? target.host) }
}

function spoil(to: ServerResponse, answer: Spoiled): void {
  if (answer === 'hang up') to.socket?.destroy()
  else if (answer !== 'stall') to.writeHead(answer.status, { ...answer.headers }).end(answer.body)
}
