import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { noise } from '../support/vaults.ts'

/** The same bytes on every run. Never for anything but tests. */
export function seededRandom(seed: string): Random {
  let count = 0
  const bytes = (size: number) => noise(size, `${seed} ${count++}`)
  return { bytes, fraction: () => bytes(4).readUInt32BE() / 2 ** 32 }
}

/** age takes its randomness from the platform: from here on that, too, is the same on every run. */
export function seedPlatform(seed: string): void {
  const random = seededRandom(seed)
  Object.defineProperty(globalThis.crypto, 'getRandomValues', {
    value: <T extends ArrayBufferView>(into: T): T => {
      Buffer.from(into.buffer, into.byteOffset, into.byteLength).set(random.bytes(into.byteLength))
      return into
    },
  })
}

export const stillClock = (time: string): Clock => ({
  now: () => new Date(time),
  sleep: () => Promise.resolve(),
  every: () => () => undefined,
})
