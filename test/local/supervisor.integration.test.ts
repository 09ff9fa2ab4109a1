import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startChild } from '../../bot/local/processes/child.ts'
import { identify, isRunning, signalProcess } from '../../bot/local/processes/identity.ts'
import { waitUntil } from '../../bot/local/processes/ports.ts'
import { endOrphans } from '../../bot/local/supervisor/orphans.ts'
import { backoffMs, supervisor } from '../../bot/local/supervisor/supervisor.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { nodePart, openScratch } from './support/rig.ts'

const clock = systemClock
const eventually = (holds: () => boolean) => waitUntil(async () => holds(), { clock, withinMs: 15_000 })

function rig() {
  const folder = openScratch()
  const said: string[] = []
  const parts = supervisor({ folder, clock, say: (line) => said.push(line) })
  onTestFinished(() => parts.stop([['example', 'other']]))
  return { folder, said, parts }
}

test('a part that is killed is started again, and both are said', async () => {
  const { parts, said, folder } = rig()
  const { child } = await parts.start(nodePart('ready(); stay()'))
  signalProcess(child.identity, 'SIGKILL')
  expect(await eventually(() => said.length === 2)).toBe(true)
  expect(said[0]).toBe('! Example was ended by SIGKILL; starting it again')
  expect(said[1]).toMatch(/^✓ Example is back after \d+\.\d s$/)
  const record = JSON.parse(readFileSync(join(folder.run, 'example.json'), 'utf8')) as { pid: number; startedAt: string }
  expect(isRunning(record)).toBe(true)
  expect(record.pid).not.toBe(child.identity.pid)
})

test('a part that does not come up is shown with its last words, and nothing of it is left', async () => {
  const { parts, folder } = rig()
  await expect(parts.start(nodePart("console.error('the fan is on fire'); process.exit(3)"))).rejects.toMatchObject({
    message: `Example ended with code 3 before it was ready. Its log is ${join(folder.logs, 'example.log')}`,
    lastLines: ['the fan is on fire'],
    isDiskFull: false,
  })
  expect(readdirSync(folder.run)).toEqual([])
})

test('a part that runs out of disk says so', async () => {
  const { parts, folder } = rig()
  await expect(parts.start(nodePart("console.error('write failed: No space left on device'); process.exit(1)"))).rejects.toThrow(
    `Example needs space, and the disk is full: free some. Its log is ${join(folder.logs, 'example.log')}`,
  )
})

test('a part that does not come back is tried again, and each time that is said in one line', async () => {
  const { parts, said, folder } = rig()
  const flag = join(folder.path, 'broken')
  const { child } = await parts.start(nodePart(`if (fs.existsSync(${JSON.stringify(flag)})) process.exit(4); ready(); stay()`))
  writeFileSync(flag, '')
  signalProcess(child.identity, 'SIGKILL')
  expect(await eventually(() => said.length >= 2)).toBe(true)
  expect(said[1]).toMatch(/^! Example ended with code 4 before it was ready\. Its log is .*example\.log\. It will be tried again$/)
  rmSync(flag)
  expect(await eventually(() => /^✓ Example is back/.test(said.at(-1) ?? ''))).toBe(true)
})

test('a part that hangs when it is told to stop is killed after its grace', async () => {
  const { parts } = rig()
  const { child } = await parts.start(nodePart("process.on('SIGTERM', () => {}); ready(); stay()", { graceMs: 300 }))
  await parts.stop([['example']])
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
})

test('the groups stop one after the other', async () => {
  const { parts, folder } = rig()
  const file = join(folder.path, 'order')
  const slow = `process.on('SIGTERM', () => setTimeout(() => { fs.appendFileSync(${JSON.stringify(file)}, process.title + ' '); process.exit() }, 200)); ready(); stay()`
  await parts.start(nodePart(`process.title = 'last'; ${slow}`))
  await parts.start(nodePart(`process.title = 'first'; ${slow}`, { name: 'other' }))
  await parts.stop([['other'], ['example']])
  expect(readFileSync(file, 'utf8')).toBe('first last ')
})

test('a part that is still starting when everything stops is stopped, too', async () => {
  const { parts, folder } = rig()
  const starting = parts.start(nodePart('stay()'))
  const refused = expect(starting).rejects.toThrow('Example was stopped before it was ready')
  expect(await eventually(() => existsSync(join(folder.run, 'example.json')))).toBe(true)
  await parts.stop([['example']])
  await refused
  expect(readdirSync(folder.run)).toEqual([])
})

test('what a killed supervisor left running is ended, and a process that merely has its pid is not', async () => {
  const folder = openScratch()
  const orphan = await startChild(nodePart('stay()').program(), clock, () => undefined)
  const stranger = await startChild(nodePart('stay()').program(), clock, () => undefined)
  onTestFinished(() => stranger.stop('SIGKILL', 1_000))
  writeFileSync(join(folder.run, 'worker.json'), JSON.stringify({ ...orphan.identity, title: 'Worker' }))
  writeFileSync(join(folder.run, 'bot.json'), JSON.stringify({ pid: stranger.identity.pid, startedAt: 'earlier', title: 'Bot' }))
  expect(await endOrphans(folder, clock)).toEqual(['Worker'])
  expect(isRunning(orphan.identity)).toBe(false)
  expect(isRunning(stranger.identity)).toBe(true)
})

test('a log that cannot be written is said once and ends nothing', async () => {
  const { parts, said, folder } = rig()
  mkdirSync(join(folder.logs, 'example.log'))
  const { child } = await parts.start(nodePart("ready(); console.log('one'); console.log('two'); stay()"))
  expect(await eventually(() => said.length > 0)).toBe(true)
  expect(isRunning(child.identity)).toBe(true)
  expect(said).toEqual([expect.stringMatching(/^! .*example\.log cannot be written \(EISDIR.*\): its lines are lost until it can$/)])
})

test('a part that cannot be put on record is not left running', async () => {
  const { parts, folder } = rig()
  rmSync(folder.run, { recursive: true })
  const pidFile = join(folder.path, 'pid')
  const starting = parts.start(nodePart(`fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); ready(); stay()`))
  await expect(starting).rejects.toThrow(/ENOENT/)
  expect(existsSync(pidFile) && identify(Number(readFileSync(pidFile, 'utf8')))).toBeFalsy()
})

test('the pause before the next start doubles up to five seconds', () => {
  expect([1, 2, 3, 7, 100].map(backoffMs)).toEqual([500, 1_000, 2_000, 5_000, 5_000])
})
