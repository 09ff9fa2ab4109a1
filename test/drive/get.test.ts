import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import type { Access } from '../../activities/drive/google/access.ts'
import { createCaller } from '../../activities/drive/google/caller.ts'
import { openMedia } from '../../activities/drive/google/media.ts'
import type { Session } from '../../activities/drive/google/session.ts'
import { createIdentities } from '../../activities/drive/quota/identities.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { collect } from '../support/wire.ts'
import { hastyClock, noLimit } from './support/practice.ts'

const servers: Server[] = []
afterAll(() => Promise.all(servers.map((server) => new Promise((closed) => server.close(closed)))))

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function session(rootUrl: string): Session {
  const { signal } = new AbortController()
  const options = {
    clock: hastyClock,
    random: systemRandom,
    identities: createIdentities([{ access: {} as Access, buckets: [] }], noLimit, hastyClock),
    lane: 'on demand',
    meter: createMeter(),
    signal,
  } as const
  return { ...options, rootUrl, call: createCaller(options), authorization: async () => 'Bearer secret' } as unknown as Session
}

const read = async (rootUrl: string, url: string) =>
  (await collect((await openMedia(session(rootUrl), { url, method: 'files.get:media' })).stream)).toString()

test('a download follows Google to another host without showing the token there', async () => {
  const seen: IncomingHttpHeaders[] = []
  const store = await serve((request, response) => {
    seen.push(request.headers)
    response.end('the bytes')
  })
  const root = await serve((request, response) => {
    seen.push(request.headers)
    response.writeHead(302, { location: `${store}/blob` }).end()
  })
  expect(await read(root, `${root}/file`)).toBe('the bytes')
  expect(seen.map((headers) => headers.authorization)).toEqual(['Bearer secret', undefined])
})

test('an address that is not Google’s gets no token from the start', async () => {
  let authorization: string | undefined = 'none came'
  const foreign = await serve((request, response) => {
    authorization = request.headers.authorization
    response.end('x')
  })
  await read('http://127.0.0.1:9', `${foreign}/file`)
  expect(authorization).toBeUndefined()
})

test('a circle of redirects comes to an end', async () => {
  let asked = 0
  const root: string = await serve((_, response) => {
    asked++
    response.writeHead(302, { location: '/again' }).end()
  })
  await expect(read(root, `${root}/file`)).rejects.toMatchObject({ name: 'DriveFailure', status: 302 })
  expect(asked).toBe(6)
})

test('an answer that ignores the range is not glued to what is here already', async () => {
  let asked = 0
  const root = await serve((_, response) => {
    asked++
    response.writeHead(200, { 'content-length': '1000' })
    if (asked > 1) response.end(Buffer.alloc(1000))
    else response.write(Buffer.alloc(400), () => response.destroy())
  })
  await expect(read(root, `${root}/file`)).rejects.toMatchObject({ type: 'TransientProvider' })
  expect(asked).toBe(2)
})
