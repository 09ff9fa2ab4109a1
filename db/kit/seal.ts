/** Seals small secrets for rows and messages: refresh tokens, authorisation codes, PKCE verifiers. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from './random.ts'

/** What a secret is for. A secret sealed for one purpose cannot be opened for another. */
export type SealPurpose = 'task-credential' | 'authorisation-code' | 'code-verifier'

/** What a secret belongs to. Opening it with any other context fails. */
export type SealContext = { readonly purpose: SealPurpose; readonly accountId: string }

/** A secret cannot be sealed or opened; `message` says why and what to do. */
export class SealError extends Error {
  override readonly name: string = 'SealError'
}

/** The sealed bytes were changed, or were sealed with another key, for another purpose or for another account. */
export class SealBroken extends SealError {
  override readonly name = 'SealBroken'
}

export interface Sealer {
  /** AES-256-GCM under a key of its own for the purpose; the account is bound to it. Each call gives other bytes. */
  seal(secret: string, context: SealContext): Uint8Array
  /** @throws {SealBroken} */
  open(sealed: Uint8Array, context: SealContext): string
}

const version = 1
const ivBytes = 12
const tagBytes = 16

/** A sealer with `masterKey`, 32 bytes from `loadKeyFile`. Layout: version (1 byte), nonce (12), ciphertext, tag (16). */
export function createSealer(masterKey: Uint8Array, random: Random): Sealer {
  if (masterKey.length !== 32) throw new SealError('The key for stored secrets must have 32 bytes. Check the key file.')
  const keys = new Map<SealPurpose, Buffer>()
  const keyFor = (purpose: SealPurpose): Buffer => {
    const key =
      keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(0), `backstop/seal/v${version}/${purpose}`, 32))
    keys.set(purpose, key)
    return key
  }

  return {
    seal(secret, context) {
      const iv = random.bytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFor(context.purpose), iv)
      cipher.setAAD(boundTo(context))
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([Uint8Array.of(version), iv, body, cipher.getAuthTag()])
    },

    open(sealed, context) {
      if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== version) throw broken(context)
      const decipher = createDecipheriv('aes-256-gcm', keyFor(context.purpose), sealed.subarray(1, 1 + ivBytes))
      decipher.setAAD(boundTo(context))
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
      try {
        const body = decipher.update(sealed.subarray(1 + ivBytes, sealed.length - tagBytes))
        return Buffer.concat([body, decipher.final()]).toString('utf8')
      } catch (cause) {
        throw broken(context, cause)
      }
    },
  }
}

function boundTo({ purpose, accountId }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([version, purpose, accountId]))
}

function broken({ purpose }: SealContext, cause?: unknown): SealBroken {
  return new SealBroken(
    `The stored secret (${purpose}) cannot be opened: it was changed, or the key file is another than when it was stored. Put the right key file back, or reconnect the task.`,
    { cause },
  )
}
