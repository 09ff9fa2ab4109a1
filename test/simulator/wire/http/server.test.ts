import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { readText } from '../../../../activities/drive/simulator/wire/http/body.ts'
import { json, type WireAnswer, type WireRequest } from '../../../../activities/drive/simulator/wire/http/exchange.ts'
import { type HttpServer, serveHttp } from '../../../../activities/drive/simulator/wire/http/server.ts'
import { systemClock } from '../../../../db/kit/clock.ts'

let server: HttpServer | undefined

afterEach(() => server?.stop(0))

async function serve(handle: (request: WireRequest) => Promise<WireAnswer>) {
  const failures: unknown[] = []
  server = await serveHttp({ host: '127.0.0.1', port: 0, clock: systemClock, handle, failed: (error) => failures.push(error) })
  return { url: `http://127.0.0.1:${server.port}`, failures, stop: server.stop }
}

test('a mistake of the server is a 500 without details, and is told to the log', async () => {
  const { url, failures } = await serve(async (asked) => {
    await readText(asked.body)
    throw new Error('secret detail')
  })
  for (const init of [{}, { method: 'POST', body: 'x' }]) {
    const response = await fetch(url, init)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret detail')
  }
  expect(failures).toEqual([new Error('secret detail'), new Error('secret detail')])
})

test('a refusal reaches a client that is still sending', async () => {
  const { url } = await serve(async () => json({ refused: true }, 413))
  const response = await fetch(url, { method: 'POST', body: Buffer.alloc(5_000_000) })
  expect(response.status).toBe(413)
  expect(await response.json()).toEqual({ refused: true })
})

test('a client that goes away in the middle of an answer is nobody’s mistake, and the answer is given up', async () => {
  const givenUp = Promise.withResolvers<void>()
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(64 * 1024)
    } finally {
      givenUp.resolve()
    }
  }
  const { url, failures } = await serve(async () => ({ status: 200, headers: {}, body: endless() }))
  const asked = request(url, (response) => response.once('data', () => asked.destroy()))
  asked.on('error', () => undefined).end()
  await givenUp.promise
  expect(failures).toEqual([])
})

test('stopping waits for running answers, but not for ever', async () => {
  const { url, stop } = await serve(() => new Promise(() => undefined))
  const hanging = fetch(url).catch((error: unknown) => error)
  await expect
    .poll(async () => (await fetch(`${url}`, { signal: AbortSignal.timeout(50) }).catch((error: Error) => error.name)) as string)
    .toBe('TimeoutError')
  const before = performance.now()
  await stop(200)
  expect(performance.now() - before).toBeLessThan(900)
  expect(await hanging).toBeInstanceOf(TypeError)
})
