import { randomBytes, randomInt } from 'node:crypto'

/** Randomness as a port, so that a test can repeat a run. The only file that may touch the system's random source. */
export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array
  /** A number in [0, 1), for jitter. Not for secrets. */
  fraction(): number
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomInt(2 ** 47) / 2 ** 47,
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new opaque id such as `job_5w2m…`: a prefix that says what it names, and 100 random bits in Crockford's base 32. */
export function newId(random: Random, prefix: string): string {
  const letters = Array.from(random.bytes(20), (byte) => alphabet.charAt(byte & 31))
  return `${prefix}_${letters.join('')}`
}
