import { createHash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'

/** A secret for an address or a cookie: 256 random bits. The database only ever sees its {@link digest}. */
export function newSecret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** SHA-256 of a secret. Enough without a salt, because the secrets have 256 bits of chance. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}
