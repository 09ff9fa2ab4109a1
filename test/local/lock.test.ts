import { existsSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readHolder, takeLock } from '../../bot/local/folder/lock.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { openScratch } from './support/rig.ts'

test('a second instance is refused, and told who holds the folder and what to do', async () => {
  const folder = openScratch()
  const unlock = await takeLock(folder, systemClock)
  await expect(takeLock(folder, systemClock)).rejects.toThrow(
    new RegExp(
      `^Backstop already runs on ${folder.path} \\(process ${process.pid}, since .*stop it with Ctrl-C where it runs, or by: kill ${process.pid}; or start a second one on another folder with --data DIR`,
    ),
  )
  unlock()
  expect(existsSync(folder.lock)).toBe(false)
})

test('the lock of a killed instance is taken over, even when another process has its pid now', async () => {
  const folder = openScratch()
  writeFileSync(folder.lock, JSON.stringify({ pid: process.pid, startedAt: 'before the last boot', since: '2026-01-01T00:00:00.000Z' }))
  const unlock = await takeLock(folder, systemClock)
  expect(readHolder(folder)?.startedAt).not.toBe('before the last boot')
  unlock()
})

test('a lock that cannot be read holds nobody', async () => {
  const folder = openScratch()
  writeFileSync(folder.lock, '{"pid":')
  const unlock = await takeLock(folder, systemClock)
  expect(readHolder(folder)?.pid).toBe(process.pid)
  unlock()
})

test('of two that find a stale lock at once, one gets it', async () => {
  const folder = openScratch()
  writeFileSync(folder.lock, 'left over')
  const outcomes = await Promise.allSettled([takeLock(folder, systemClock), takeLock(folder, systemClock)])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})
