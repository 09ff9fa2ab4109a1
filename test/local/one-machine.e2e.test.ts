/** One-machine mode as a person starts it, on the real servers. */
import { execFile } from 'node:child_process'
import { readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isRunning, signalProcess } from '../../bot/local/processes/identity.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { type Machine, nextPart, startMachine } from './support/machine.ts'
import { scratch } from './support/rig.ts'

const names = ['bot', 'postgres', 'practice', 'temporal', 'worker']
const ready = /Backstop is ready: (http:\/\/127\.0\.0\.1:\d+)/
const seconds = () => systemClock.now().getTime() / 1_000

function doctor(data: string): Promise<{ ok: boolean; parts: readonly { part: string; ok: boolean }[] }> {
  const launcher = join(import.meta.dirname, '..', '..', 'bot', 'backstop.mjs')
  return new Promise((resolve) =>
    execFile(process.execPath, [launcher, 'doctor', '--json', '--data', data], (_error, stdout) => resolve(JSON.parse(stdout))),
  )
}

/** Ctrl-C, and what came of it. */
async function stop(machine: Machine): Promise<{ code: number | null; took: number; left: readonly string[] }> {
  const parts = Object.entries(machine.parts())
  const began = seconds()
  machine.signal('SIGINT')
  const code = await machine.ended
  return { code, took: seconds() - began, left: parts.filter(([, part]) => isRunning(part)).map(([name]) => name) }
}

test('PRE-01 starts from nothing, finds everything as it was at the second start, and stops within ten seconds', async () => {
  const data = join(scratch(), 'data')
  const first = startMachine(data)
  const [, url] = await first.shows(ready)
  await first.shows(/Ctrl-C stops everything/)
  expect(first.shown().match(/\/sign-in\/\S+/g)).toHaveLength(3)
  expect(Object.keys(first.parts()).sort()).toEqual(names)
  expect(await doctor(data)).toMatchObject({ ok: true })

  const second = startMachine(data)
  expect(await second.ended).toBe(1)
  expect(second.shown()).toMatch(/^Backstop already runs on .*start a second one on another folder with --data DIR\.\n$/)

  const stopped = await stop(first)
  expect(stopped).toMatchObject({ code: 0, left: [] })
  expect(stopped.took).toBeLessThan(10)

  const again = startMachine(data)
  expect((await again.shows(ready))[1]).toBe(url)
  expect((await stop(again)).left).toEqual([])
})

test('kill -9 of any part is survived and shown', async () => {
  const machine = startMachine(join(scratch(), 'data'))
  await machine.shows(/Ctrl-C stops everything/)
  for (const [name, title] of [
    ['postgres', 'PostgreSQL'],
    ['temporal', 'Temporal'],
    ['practice', 'Practice Drive'],
    ['worker', 'Worker'],
    ['bot', 'Bot'],
  ] as const) {
    const before = machine.parts()[name]
    if (before) signalProcess(before, 'SIGKILL')
    await machine.shows(new RegExp(`! ${title} was ended by SIGKILL; starting it again`))
    await machine.shows(new RegExp(`✓ ${title} is back`))
    expect((await nextPart(machine, name, before)).pid).not.toBe(before?.pid)
  }
  await expect.poll(async () => (await doctor(machine.data)).ok, { timeout: 60_000 }).toBe(true)
})

test('after kill -9 of Backstop itself the next start ends what was left running and comes up', async () => {
  const data = join(scratch(), 'data')
  const killed = startMachine(data)
  await killed.shows(/Ctrl-C stops everything/)
  const orphans = killed.parts()
  killed.signal('SIGKILL')
  await killed.ended
  expect(Object.values(orphans).every(isRunning)).toBe(true)
  const next = startMachine(data)
  await next.shows(ready)
  expect(next.shown()).toContain('✓ Ended a PostgreSQL that an earlier start had left running')
  expect(Object.values(orphans).some(isRunning)).toBe(false)
})

test('a port that is in use is refused in a sentence, and nothing is left running', async () => {
  const intruder = createServer()
  await new Promise<void>((resolve) => intruder.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void intruder.close())
  const { port } = intruder.address() as AddressInfo
  const machine = startMachine(join(scratch(), 'data'), ['--port', String(port)])
  expect(await machine.ended).toBe(1)
  expect(machine.shown()).toBe(`Port ${port} is in use by another program. Choose another with --port N, or leave it out for a free one.\n`)
  expect(machine.parts()).toEqual({})
})

test('a broken folder is refused in a sentence that names the file', async () => {
  const data = scratch()
  writeFileSync(join(data, 'state.json'), 'half a')
  const machine = startMachine(data)
  expect(await machine.ended).toBe(1)
  expect(machine.shown()).toContain(`${join(data, 'state.json')} is broken`)
})

test('a Temporal that cannot be reached is said so, and PostgreSQL is stopped again', async () => {
  const machine = startMachine(join(scratch(), 'data'), [], { ...process.env, TEMPORAL_ADDRESS: '127.0.0.1:1' })
  expect(await machine.ended).toBe(1)
  expect(machine.shown()).toContain('Temporal does not answer at 127.0.0.1:1')
  expect(machine.parts()).toEqual({})
})

test('a PostgreSQL that does not come up is shown with its own words, and --reset begins anew', async () => {
  const data = join(scratch(), 'data')
  const first = startMachine(data)
  await first.shows(/✓ PostgreSQL/)
  await stop(first)
  truncateSync(join(data, 'postgres', 'global', 'pg_control'), 16)

  const broken = startMachine(data)
  expect(await broken.ended).toBe(1)
  expect(broken.shown()).toMatch(/PostgreSQL (?:ended with code \d+|was ended by SIGABRT) before it was ready\. Its log is .*postgres\.log/)
  expect(broken.parts()).toEqual({})

  const asked = startMachine(data, ['--reset'])
  expect(await asked.ended).toBe(1)
  expect(asked.shown()).toContain('add --yes to --reset')
  expect(readdirSync(data)).toContain('postgres')

  const reset = startMachine(data, ['--reset', '--yes'])
  await reset.shows(ready)
})
