/**
 * The account key in a local file, with or without a passphrase. Made on first use, readable by its owner only. Whoever loses it loses
 * the vault; the start screen says so and asks for a copy.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'
import { IntegrityError, KeyUnavailable } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import { type KeyFileOptions, readKeyFile, readOrCreateKeyFile } from './key-file-document.ts'
import type { KeyContext, Kms } from './kms.ts'

export type { KeyFileOptions } from './key-file-document.ts'

/** @returns a {@link Kms} whose account key lies in `path`; the file is read once, when it is first needed. */
export function localKeyFile(options: KeyFileOptions & { readonly random: Random }): Kms {
  let opened: Promise<Uint8Array> | undefined
  const once = (work: () => Promise<Uint8Array>) => {
    const pending = opened ?? work()
    opened = pending
    pending.catch(() => {
      opened = undefined
    })
    return pending
  }
  return {
    recipient: async () => recipientOf(await once(() => readKeyFile(options))),
    async wrap(secret, context) {
      const key = await once(() => readOrCreateKeyFile(options, options.random))
      return { recipient: recipientOf(key), wrapped: seal(key, secret, context, options.random.bytes(12)) }
    },
    async unwrap(keys, context) {
      const key = await once(() => readKeyFile(options))
      const mine = keys.find(({ recipient }) => recipient === recipientOf(key))
      if (!mine) {
        const made = keys.map(({ recipient }) => recipient).join(', ')
        throw new KeyUnavailable(
          `The key file ${options.path} (${recipientOf(key)}) is not the key of this vault, which was made with ${made}. Put that key file in its place.`,
        )
      }
      return open(key, mine.wrapped, context)
    },
  }
}

/** A name for the key that tells nothing about it: 8 bytes derived from it, as hex. */
function recipientOf(key: Uint8Array): string {
  return `local:${Buffer.from(derive(key, 'backstop key name v1', 8)).toString('hex')}`
}

/** `nonce 12 B ‖ ciphertext ‖ tag 16 B`, AES-256-GCM, with the canonical JSON of the context as associated data. */
function seal(key: Uint8Array, secret: Uint8Array, context: KeyContext, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', derive(key, 'backstop key wrap v1', 32), nonce)
  cipher.setAAD(canonicalBytes(context))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

function open(key: Uint8Array, wrapped: Uint8Array, context: KeyContext): Uint8Array {
  const where = Object.values(context).join(' ')
  if (wrapped.byteLength < 28) throw new IntegrityError(where, 'the wrapped key is too short')
  const decipher = createDecipheriv('aes-256-gcm', derive(key, 'backstop key wrap v1', 32), wrapped.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(canonicalBytes(context))
  decipher.setAuthTag(wrapped.subarray(-16))
  const secret = decipher.update(wrapped.subarray(12, -16))
  try {
    return Buffer.concat([secret, decipher.final()])
  } catch (error) {
    throw new IntegrityError(where, 'the wrapped key was changed or belongs elsewhere', { cause: error })
  }
}

function derive(key: Uint8Array, purpose: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, bytes))
}
