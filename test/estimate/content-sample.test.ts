import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { addToSample, distinctOf, type Seen } from '../../activities/estimate/content-sample.ts'

const content = (name: string, size = 1_000) => ({ sha256: createHash('sha256').update(name).digest('hex'), size })

/** Contents in pages of a thousand, as a listing brings them. */
function sampled(contents: readonly ReturnType<typeof content>[]): Seen[] {
  let sample: Seen[] = []
  for (let start = 0; start < contents.length; start += 1_000) sample = addToSample(sample, contents.slice(start, start + 1_000))
  return sample
}

test('while all contents fit into the sample the share is exact', () => {
  const contents = [...'aaab'].map((name) => content(name, name === 'a' ? 10 : 70))
  expect(distinctOf(sampled(contents))).toEqual({ files: { low: 0.5, high: 0.5 }, bytes: { low: 0.8, high: 0.8 } })
})

test('without contents there is nothing that could be there twice', () => {
  expect(distinctOf([])).toEqual({ files: { low: 1, high: 1 }, bytes: { low: 1, high: 1 } })
})

test('of many contents the range holds the true share, whatever the order they come in', () => {
  // A third is there three times, the rest once: 20,000 distinct of 33,333.
  const distinct = Array.from({ length: 20_000 }, (_, index) => content(`content ${index}`, 500 + (index % 7) * 300))
  const contents = distinct.flatMap((one, index) => (index % 3 === 0 ? [one, one, one] : [one]))
  for (const order of [contents, contents.toReversed()]) {
    const sample = sampled(order)
    expect(sample).toHaveLength(2_000)
    const { files, bytes } = distinctOf(sample)
    const truth = distinct.length / contents.length
    expect(files.low).toBeLessThan(truth)
    expect(files.high).toBeGreaterThan(truth)
    expect(files.high - files.low).toBeLessThanOrEqual(0.1 + 1e-9)
    expect(bytes.low).toBeLessThan(truth)
    expect(bytes.high).toBeGreaterThan(truth)
  }
})
