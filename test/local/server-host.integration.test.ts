import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { isRunning, type ProcessIdentity } from '../../bot/local/processes/identity.ts'
import { waitUntil } from '../../bot/local/processes/ports.ts'
import { defaultCache } from '../../bot/local/temporal/binary.ts'
import { systemClock } from '../../db/kit/clock.ts'

type Host = { readonly process: ChildProcessByStdio<Writable, Readable, null>; readonly url: string }
type Record = { readonly folder: string; readonly children: readonly ProcessIdentity[] }

async function startHost(): Promise<Host> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'servers', 'host.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(process_.stdout, 'data')) as [Buffer]
  return { process: process_, url: `http://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}` }
}

async function startPostgres(host: Host): Promise<Record> {
  await fetch(`${host.url}/postgres`, { method: 'POST' })
  return JSON.parse(readFileSync(join(defaultCache, 'test-runs', `${host.process.pid}.json`), 'utf8')) as Record
}

const isGone = ({ folder, children }: Record) =>
  waitUntil(async () => !children.some(isRunning) && !existsSync(folder), { clock: systemClock, withinMs: 45_000 })

test('the servers of a run stop when the run goes away, however it does', async () => {
  const host = await startHost()
  const record = await startPostgres(host)
  expect(record.children.filter(isRunning)).toHaveLength(1)
  host.process.stdin.end()
  expect(await isGone(record)).toBe(true)
})

test('the servers of a run that was killed with its host are ended by the next run', async () => {
  const killed = await startHost()
  const record = await startPostgres(killed)
  killed.process.kill('SIGKILL')
  await once(killed.process, 'exit')
  expect(record.children.filter(isRunning)).toHaveLength(1)
  const next = await startHost()
  expect(await isGone(record)).toBe(true)
  next.process.stdin.end()
  await once(next.process, 'exit')
})

test('a server that nobody knows is refused by name', async () => {
  const host = await startHost()
  const response = await fetch(`${host.url}/oracle`, { method: 'POST' })
  expect(await response.json()).toEqual({ error: 'There is no server called oracle' })
  host.process.stdin.end()
  await once(host.process, 'exit')
})
