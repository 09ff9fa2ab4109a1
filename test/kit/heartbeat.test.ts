import { CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { activityHeartbeat, looseHeartbeat, whileBeating } from '../../activities/kit/heartbeat.ts'
import type { Clock } from '../../db/kit/clock.ts'

/** A clock whose ticks are made by hand. */
function handClock(): Clock & { tick(): void; ticking(): boolean } {
  let each: (() => void) | undefined
  return {
    now: () => new Date(0),
    sleep: () => Promise.resolve(),
    every: (_ms, tick) => {
      each = tick
      return () => {
        each = undefined
      }
    },
    tick: () => each?.(),
    ticking: () => each !== undefined,
  }
}

test('the newest cursor is repeated while one long step runs, and no longer', async () => {
  const clock = handClock()
  const heartbeat = looseHeartbeat<number>({ last: 3 })
  const result = await whileBeating(clock, heartbeat, async ({ beat, last }) => {
    clock.tick()
    beat((last ?? 0) + 1)
    clock.tick()
    return 'done'
  })
  expect(result).toBe('done')
  expect(heartbeat.beats).toEqual([3, 4, 4])
  expect(clock.ticking()).toBe(false)
})

test('a failing step stops the repetition too', async () => {
  const clock = handClock()
  const failing = whileBeating(clock, looseHeartbeat<number>(), async () => {
    throw new RangeError('it broke')
  })
  await expect(failing).rejects.toThrow(new RangeError('it broke'))
  expect(clock.ticking()).toBe(false)
})

test('in an activity, the cursor of an earlier attempt is at hand and every beat is sent on', async () => {
  const environment = new MockActivityEnvironment({ heartbeatDetails: 41 })
  const sent: unknown[] = []
  environment.on('heartbeat', (cursor) => sent.push(cursor))
  const result = await environment.run(async () => {
    const heartbeat = activityHeartbeat<number>()
    heartbeat.beat((heartbeat.last ?? 0) + 1)
    return heartbeat.last
  })
  expect(result).toBe(41)
  expect(sent).toEqual([42])
})

test('a cancellation reaches the signal of an activity', async () => {
  const environment = new MockActivityEnvironment()
  const running = environment.run(async () => {
    const { signal } = activityHeartbeat<number>()
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  environment.cancel('CANCELLED')
  await expect(running).rejects.toBeInstanceOf(CancelledFailure)
})
