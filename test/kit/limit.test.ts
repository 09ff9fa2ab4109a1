import { expect, test } from 'vitest'
import { forEachLimited, forEachWithin } from '../../activities/kit/limit.ts'

test('no more than the limit run at once, and nothing is pulled ahead of need', async () => {
  let pulled = 0
  let running = 0
  let most = 0
  let ahead = 0
  let finished = 0
  async function* source() {
    for (let n = 0; n < 100; n++) {
      pulled++
      ahead = Math.max(ahead, pulled - finished)
      yield n
    }
  }
  await forEachLimited(source(), 4, async () => {
    running++
    most = Math.max(most, running)
    await new Promise(setImmediate)
    running--
    finished++
  })
  expect(finished).toBe(100)
  expect(most).toBe(4)
  expect(ahead).toBeLessThanOrEqual(5)
})

test('the first error stops the pulling, waits for what runs, and is thrown', async () => {
  const started: number[] = []
  const ended: number[] = []
  const work = forEachLimited(
    Array.from({ length: 50 }, (_, n) => n),
    3,
    async (n) => {
      started.push(n)
      await new Promise(setImmediate)
      if (n === 1) throw new RangeError('item 1 broke')
      ended.push(n)
    },
  )
  await expect(work).rejects.toThrow(new RangeError('item 1 broke'))
  expect(started.length).toBeLessThan(8)
  expect(ended.length).toBe(started.length - 1)
})

test('what runs together is never heavier than there is room for, and what is heavier than all room runs alone', async () => {
  const weights = [3, 3, 3, 20, 1, 1, 1, 1, 1, 9, 2]
  const together: number[][] = []
  const running: number[] = []
  await forEachWithin(weights, { items: 4, weight: 10, weightOf: (weight) => weight }, async (weight) => {
    running.push(weight)
    together.push([...running])
    await new Promise(setImmediate)
    running.splice(running.indexOf(weight), 1)
  })
  const heaviest = together.filter((group) => group.length > 1).map((group) => group.reduce((sum, weight) => sum + weight, 0))
  expect(Math.max(...heaviest)).toBeLessThanOrEqual(10)
  expect(Math.max(...together.map((group) => group.length))).toBe(4)
  expect(together.filter((group) => group.includes(20))).toEqual([[20]])
})
