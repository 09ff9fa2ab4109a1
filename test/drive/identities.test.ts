import { expect, test } from 'vitest'
import { DriveFailure, type DriveFailureType } from '../../activities/drive/failure-types.ts'
import type { Access } from '../../activities/drive/google/access.ts'
import { createCaller } from '../../activities/drive/google/caller.ts'
import { HttpRefusal } from '../../activities/drive/google/failure.ts'
import { createIdentities, type Identity } from '../../activities/drive/quota/identities.ts'
import { createQuotaLimiter, type SharedAsk } from '../../activities/drive/quota/limiter.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import { countingRandom, standingClock } from '../support/wire.ts'

const going = new AbortController().signal

const person = (name: string): Identity => ({
  access: { client: {}, authorization: async () => `Bearer ${name}`, renew: () => undefined } as unknown as Access,
  buckets: [
    { key: `user:${name}`, unitsPerMinute: 325_000 },
    { key: 'project:p', unitsPerMinute: 1_000_000 },
  ],
})

/** Three people whose buckets always have something, and what was asked of the buckets. */
function three() {
  const clock = standingClock()
  const asked: string[] = []
  const take = async (buckets: readonly { readonly key: string }[], { most }: SharedAsk) => {
    asked.push(buckets.map(({ key }) => key).join(' '))
    return { granted: most, waitMs: 0 }
  }
  const limiter = createQuotaLimiter({ take, giveBack: async () => undefined }, clock)
  const identities = createIdentities([person('ana'), person('bo'), person('cy')], limiter, clock)
  const call = createCaller({ identities, lane: 'scheduled', clock, random: countingRandom(), meter: createMeter(), signal: going })
  return { clock, asked, identities, call }
}

/** Makes calls and says as whom each was made. */
async function asWhom(world: ReturnType<typeof three>, method: 'files.get:media' | 'files.list' | 'files.get', times: number) {
  const by: string[] = []
  for (let index = 0; index < times; index++)
    await world.call(method, async () => void by.push(await world.identities.access.authorization()))
  return by
}

const refusal = (status: number, reason: string) =>
  new HttpRefusal(status, new Headers(), JSON.stringify({ error: { code: status, errors: [{ reason }] } }))

test('content is fetched as each in turn, and each lease is of that person and of the one project', async () => {
  const world = three()
  const by = await asWhom(world, 'files.get:media', 6)
  expect(by.toSorted()).toEqual(['Bearer ana', 'Bearer ana', 'Bearer bo', 'Bearer bo', 'Bearer cy', 'Bearer cy'])
  expect(new Set(world.asked)).toEqual(new Set(['user:ana project:p', 'user:bo project:p', 'user:cy project:p']))
})

test('what there is, only the first says: nobody else lists or looks', async () => {
  const world = three()
  expect(new Set(await asWhom(world, 'files.list', 5))).toEqual(new Set(['Bearer ana']))
  expect(new Set(await asWhom(world, 'files.get', 5))).toEqual(new Set(['Bearer ana']))
})

test("Google's throttling of one person sends the call to another at once, and that person rests", async () => {
  const world = three()
  const began = world.clock.now().getTime()
  const tried: string[] = []
  await world.call('files.get:media', async () => {
    const who = await world.identities.access.authorization()
    tried.push(who)
    if (who === 'Bearer bo') throw refusal(403, 'userRateLimitExceeded')
  })
  expect(tried).toEqual(['Bearer bo', 'Bearer ana'])
  expect(world.clock.now().getTime()).toBe(began)
  expect(await asWhom(world, 'files.get:media', 6)).not.toContain('Bearer bo')
  world.clock.advance(60_000)
  expect(await asWhom(world, 'files.get:media', 6)).toContain('Bearer bo')
})

test.each([
  [404, 'notFound'],
  [403, 'insufficientFilePermissions'],
  [403, 'cannotDownloadFile'],
  [400, 'invalid_grant'],
])('a %i %s is believed from the first only: what another may not see is not gone', async (status, reason) => {
  const world = three()
  const tried: string[] = []
  for (let index = 0; index < 3; index++) {
    await world.call('files.get:media', async () => {
      const who = await world.identities.access.authorization()
      tried.push(who)
      if (who !== 'Bearer ana') throw refusal(status, reason)
    })
  }
  expect(tried.filter((who) => who === 'Bearer bo').length).toBeLessThanOrEqual(1)
  expect(tried.at(-1)).toBe('Bearer ana')
  // They are left out for a while.
  expect(new Set(await asWhom(world, 'files.get:media', 4))).toEqual(new Set(['Bearer ana']))
})

test('when the first says no, it is no', async () => {
  const world = three()
  const gone = world.call('files.get:media', async () => {
    throw refusal(404, 'notFound')
  })
  await expect(gone).rejects.toMatchObject({ type: 'NotFound' satisfies DriveFailureType })
})

test('a fault that has nothing to do with who asked leaves nobody out', () => {
  const { identities } = three()
  const helper = person('bo')
  const fault = new DriveFailure('TransientProvider', 'A passing fault.')
  expect(identities.afterFailure(helper, 'files.get:media', fault)).toBe('believe')
})
