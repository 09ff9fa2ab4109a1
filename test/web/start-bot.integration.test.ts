import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Bot, type BotOptions, startBot } from '../../bot/web/start-bot.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { silent } from '../console/console-fixture.ts'
import { testDatabase } from '../support/servers/database.ts'

/** A port on which nobody listens. */
const nowhere = '127.0.0.1:9'

let folder: string
const bots: Bot[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bot-'))
})
afterEach(async () => {
  await Promise.all(bots.splice(0).map((bot) => bot.stop()))
})
afterAll(() => rm(folder, { recursive: true }))

async function start(over: Partial<BotOptions> & Pick<BotOptions, 'databaseUrl'>): Promise<Bot> {
  const bot = await startBot({
    temporal: { address: nowhere, namespace: 'default', taskQueue: 'q' },
    host: '127.0.0.1',
    port: 0,
    keyFile: join(folder, 'key.json'),
    operatorKeyFile: join(folder, 'secrets', 'operator-key'),
    practicePeople: true,
    clock: systemClock,
    random: systemRandom,
    log: silent,
    ...over,
  })
  bots.push(bot)
  return bot
}

async function say(bot: Bot, as: string, text: string) {
  const key = (await readFile(join(folder, 'secrets', 'operator-key'), 'utf8')).trim()
  const response = await fetch(new URL('/console/api/say?format=card', bot.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'x-backstop-as': as, 'content-type': 'application/json' },
    body: JSON.stringify({ text, clientId: systemRandom.fraction().toString() }),
  })
  return { status: response.status, text: await response.text() }
}

test('a bot makes its operator key for its owner alone, knows the practice people and answers', async () => {
  const bot = await start({ databaseUrl: (await testDatabase()).url })
  expect((await stat(join(folder, 'secrets', 'operator-key'))).mode & 0o777).toBe(0o600)
  expect((await say(bot, 'approver', 'whoami')).text).toContain('Bo Approver')
  expect((await say(bot, 'ada', 'help')).text).toContain('backup now')
})

test('a second bot beside it finds the same key and the same people', async () => {
  const { url } = await testDatabase()
  const [one, two] = await Promise.all([start({ databaseUrl: url }), start({ databaseUrl: url })])
  for (const bot of [one, two]) expect((await say(bot, 'on-call', 'whoami')).text).toContain('Cy Oncall')
})

test('a database that is not there at the start, and goes away later, is a sentence each time; when it comes, all goes on', async () => {
  const { url } = await testDatabase()
  const line = await cuttable(new URL(url))
  line.cut()
  const bot = await start({ databaseUrl: line.url })
  expect(await say(bot, 'ada', 'whoami')).toMatchObject({
    status: 503,
    text: expect.stringContaining('cannot reach its database (PostgreSQL)'),
  })
  await line.mend()
  await vi.waitFor(async () => expect((await say(bot, 'ada', 'whoami')).text).toContain('Ada Admin'), { timeout: 20_000, interval: 200 })
  line.cut()
  expect(await say(bot, 'ada', 'whoami')).toMatchObject({ status: 503 })
  await line.mend()
  await vi.waitFor(async () => expect((await say(bot, 'ada', 'whoami')).status).toBe(200), { timeout: 20_000, interval: 200 })
  await bots.pop()?.stop()
  line.cut()
})

test('health tells of each server that the bot needs', async () => {
  const bot = await start({ databaseUrl: (await testDatabase()).url })
  const health = await (await fetch(new URL('/health', bot.url))).json()
  expect(health).toMatchObject({ ok: false, postgres: { reachable: true }, temporal: { reachable: false } })
})

test('a port in use is refused with what to do', async () => {
  const { url } = await testDatabase()
  const { port } = (await start({ databaseUrl: url })).url
  await expect(start({ databaseUrl: url, port: Number(port) })).rejects.toThrow(`Port ${port} is in use by another program.`)
})

test('the process says when it is ready, and ends within five seconds of SIGTERM, also with a page open', async () => {
  const child = spawn(process.execPath, ['bot/main.ts'], {
    env: {
      ...process.env,
      BACKSTOP_DATABASE_URL: (await testDatabase()).url,
      TEMPORAL_ADDRESS: nowhere,
      BACKSTOP_PORT: '0',
      BACKSTOP_KEY_FILE: join(folder, 'key.json'),
      BACKSTOP_OPERATOR_KEY_FILE: join(folder, 'secrets', 'operator-key'),
      BACKSTOP_PRACTICE_PEOPLE: '1',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(child.stdout, 'data')
  const { ready, url } = JSON.parse(String(line))
  expect(ready).toBe(true)
  const key = (await readFile(join(folder, 'secrets', 'operator-key'), 'utf8')).trim()
  const stream = await fetch(`${url}/console/api/events?as=ada`, { headers: { authorization: `Bearer ${key}` } })
  expect(stream.status).toBe(200)
  const asked = systemClock.now().getTime()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(systemClock.now().getTime() - asked).toBeLessThan(5_000)
})

/** A way to a server that can be cut and mended. */
async function cuttable(target: URL) {
  const open = new Set<Socket>()
  let server: Server | undefined
  const listen = async (port: number) => {
    server = createServer((socket) => {
      const onward = createConnection(Number(target.port), target.hostname)
      for (const end of [socket, onward]) {
        open.add(end)
        end
          .on('error', () => {})
          .on('close', () => {
            open.delete(end)
            socket.destroy()
            onward.destroy()
          })
      }
      socket.pipe(onward).pipe(socket)
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const port = await listen(0)
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    cut() {
      server?.close()
      for (const socket of open) socket.destroy()
    },
    mend: () => listen(port),
  }
}
