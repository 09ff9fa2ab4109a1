import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsRemovals } from '../../workflows/policy/removal-guard.ts'

const limits = { holdPercent: 30, holdItems: 50 }

test.for([
  ['49 of 50 items: too few', 49, 50, false],
  ['50 of 100 items', 50, 100, true],
  ['50 of 1,000 items: too small a share', 50, 1_000, false],
  ['exactly the share', 300, 1_000, false],
  ['one more than the share', 301, 1_000, true],
  ['all of them', 1_000, 1_000, true],
] as const)('%s', ([, removed, known, held]) => {
  expect(holdsRemovals({ removed, known, accepted: null }, limits)).toBe(held)
})

test('what was accepted goes, and not one item more', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), (removed, known, accepted) => {
      const held = holdsRemovals({ removed, known, accepted }, limits)
      expect(held).toBe(removed > accepted && holdsRemovals({ removed, known, accepted: null }, limits))
    }),
  )
})
