import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdSorter } from '../../activities/vault/gc/id-sorter.ts'
import { all } from './support/vaults.ts'

const sortedOf = async (ids: readonly string[], most: number) => {
  const sorter = createIdSorter(2, most)
  try {
    for (const id of ids) await sorter.add(id)
    const once = (await all(sorter.sorted())).flat()
    expect((await all(sorter.sorted())).flat()).toEqual(once)
    return once
  } finally {
    await sorter.close()
  }
}

const id = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16).padStart(4, '0'))

test('ids come back sorted and each once, however often they went to the disk', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(id, { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), async (ids, most) => {
      expect(await sortedOf(ids, most)).toEqual([...new Set(ids)].sort())
    }),
    { numRuns: 40 },
  )
})

test('more ids than one read of a file takes come back whole', async () => {
  const ids = Array.from({ length: 60_000 }, (_, n) => ((n * 7_919) % 65_536).toString(16).padStart(4, '0'))
  expect(await sortedOf(ids, 50_000)).toEqual([...new Set(ids)].sort())
})
