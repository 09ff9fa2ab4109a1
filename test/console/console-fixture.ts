/** A console on real PostgreSQL with the practice people, and a gateway that a test scripts. */
import { pino } from 'pino'
import type { Card } from '../../bot/cards/model.ts'
import type { Gateway, Reply } from '../../bot/gateway/gateway.ts'
import { createHub, type Hub } from '../../bot/outbox/hub.ts'
import type { Connecting } from '../../bot/web/consent/connecting.ts'
import { startServer } from '../../bot/web/http/server.ts'
import { site } from '../../bot/web/site.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { ensurePerson, type Role } from '../../db/people.ts'
import { testDatabase } from '../support/servers/database.ts'

export const accountId = 'acc_1'
export const operatorKey = 'the-operator-key-of-this-test'
const people: readonly [string, string, Role][] = [
  ['ada', 'Ada Admin', 'admin'],
  ['bo', 'Bo Approver', 'approver'],
  ['cy', 'Cy Oncall', 'on-call'],
]

export type Console = {
  readonly url: string
  readonly db: Database
  readonly databaseUrl: string
  readonly hub: Hub
  stop(): Promise<void>
}

export type ConsoleOptions = {
  readonly gateway?: Partial<Gateway>
  readonly connecting?: Connecting
  readonly oauthClientFile?: string
}

export const sealer = createSealer(new Uint8Array(32).fill(7), systemRandom)
export const silent = pino({ level: 'silent' })

const never: Connecting = { start: () => Promise.reject(new Error('not in this test')), state: async () => undefined }

/** Person ids are `per_` and the handle. */
export async function startConsole({ gateway = {}, connecting = never, oauthClientFile }: ConsoleOptions = {}): Promise<Console> {
  const { url: databaseUrl } = await testDatabase()
  const db = openDatabase(databaseUrl)
  await seed(db)
  const hub = createHub(systemClock)
  const stopping = new AbortController()
  let own = new URL('http://127.0.0.1')
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: () => own,
    log: silent,
    routes: site({
      db,
      clock: systemClock,
      random: systemRandom,
      sealer,
      gateway: { ...quiet, ...gateway },
      durable: { reachable: async () => ({ reachable: true, version: 'test' }) },
      connecting,
      hub,
      operatorKey,
      oauthClientFile,
      publicUrl: () => own,
      log: silent,
      stopping: stopping.signal,
    }),
  })
  own = server.url
  return {
    url: own.origin,
    db,
    databaseUrl,
    hub,
    async stop() {
      stopping.abort()
      await server.stop(systemClock, 1_000)
      await db.close()
    },
  }
}

async function seed(db: Database): Promise<void> {
  const now = systemClock.now()
  await ensureAccount(db, { id: accountId, name: 'Practice', now })
  for (const [handle, displayName, role] of people) {
    await ensurePerson(db, accountId, { id: `per_${handle}`, handle, email: `${handle}@practice.test`, displayName, roles: [role], now })
  }
}

const quiet: Gateway = { say: async () => [], act: async () => [], complete: async () => [], options: async () => [] }

/** A card with little in it. */
export function card(over: Partial<Card> = {}): Card {
  const title = over.title ?? 'A card'
  return { kind: 'test', title, tone: 'info', summaryText: `${title}.`, nodes: [], actions: [], ...over }
}

export function reply(over: Partial<Card> = {}, rest: Partial<Reply> = {}): Reply {
  return { card: card(over), ephemeral: false, ...rest }
}

/** Signs a person in as a browser would; the returned value goes into the `cookie` header. */
export async function signIn({ url }: Console, person: string): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const link = await linkFor(url, person)
  const response = await fetch(link, { method: 'POST', redirect: 'manual' })
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const page = await fetch(new URL(response.headers.get('location') ?? '', url), { headers: { cookie } })
  const csrf = /name="backstop-csrf" content="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  return { cookie, csrf }
}

export async function linkFor(url: string, person: string): Promise<string> {
  const response = await fetch(`${url}/console/operator/sign-in-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  })
  return ((await response.json()) as { url: string }).url
}

/** A call of the console's interface with the operator's key, in somebody's name. */
export async function call<Answer = unknown>({ url }: Pick<Console, 'url'>, as: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}/console/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'x-backstop-as': as, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Answer
}
