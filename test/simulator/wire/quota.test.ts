import { expect, test } from 'vitest'
import { createQuota } from '../../../activities/drive/simulator/wire/quota/buckets.ts'
import { standingClock } from '../../support/wire.ts'

function setUp(scale = 1) {
  const clock = standingClock()
  const quota = createQuota(clock, scale)
  const spend = (user: string, units: number) => {
    for (let spent = 0; spent < units; spent += 100) quota.charge(user, 100)
  }
  return { clock, quota, spend }
}

const userRefusal = expect.objectContaining({ status: 403, reason: 'userRateLimitExceeded', place: { domain: 'usageLimits' } })
const projectRefusal = expect.objectContaining({ status: 429, reason: 'rateLimitExceeded' })

test('a user has 325,000 units a minute', () => {
  const { quota, spend } = setUp()
  spend('ana', 325_000)
  expect(() => quota.charge('ana', 5)).toThrow(userRefusal)
})

test('the units come back evenly over the minute', () => {
  const { quota, spend, clock } = setUp()
  spend('ana', 325_000)
  clock.advance(6_000)
  spend('ana', 32_500)
  expect(() => quota.charge('ana', 5)).toThrow(userRefusal)
  clock.advance(3_600_000)
  spend('ana', 325_000)
  expect(() => quota.charge('ana', 5)).toThrow(userRefusal)
})

test('all users together have 1,000,000 units a minute', () => {
  const { quota, spend } = setUp()
  for (const user of ['ana', 'bo', 'cy']) spend(user, 325_000)
  spend('di', 25_000)
  expect(() => quota.charge('di', 5)).toThrow(projectRefusal)
})

test('a refused call takes nothing from either bucket', () => {
  const { quota, spend, clock } = setUp()
  for (const user of ['ana', 'bo', 'cy']) spend(user, 325_000)
  spend('di', 25_000)
  for (let at = 0; at < 100; at += 1) expect(() => quota.charge('di', 200)).toThrow(projectRefusal)
  clock.advance(60)
  quota.charge('di', 200)
  for (let at = 0; at < 100; at += 1) expect(() => quota.charge('ana', 1_000)).toThrow(userRefusal)
})

test('a scale makes the limits small, and zero takes them away', () => {
  const { quota } = setUp(0.001)
  quota.charge('ana', 300)
  expect(() => quota.charge('ana', 50)).toThrow(userRefusal)
  const free = setUp(0).quota
  for (let at = 0; at < 100; at += 1) free.charge('ana', 1_000_000)
})
