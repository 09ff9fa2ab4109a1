/**
 * The offline recovery key: an age X25519 identity (https://age-encryption.org/v1), `AGE-SECRET-KEY-1…`, which a person keeps on paper.
 * Anyone can encrypt to the public half, `age1…`, so age alone does not say who wrapped a secret. Therefore what is encrypted also
 * carries a MAC under a key that only the identity, and the configuration opened by the account key, can give.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { IntegrityError, KeyUnavailable } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { KeyContext, Kms, WrappedKey, Wrapper } from './kms.ts'

/** What the vault itself keeps of a recovery key: it can wrap for it, and open nothing. */
export type RecoveryRecipient = {
  /** `age1…` */
  readonly recipient: string
  /** 32 bytes that prove to the recovery key's owner that a wrap was made by a holder of the account key. */
  readonly authKey: Uint8Array
}

const macBytes = 32

/** A new identity. Show it to the person once; nothing keeps it. */
export const newRecoveryKey = (): Promise<string> => generateX25519Identity()

/** The public half of an identity. @throws {KeyUnavailable} it is not an age X25519 identity */
export async function recipientOfKey(identity: string): Promise<RecoveryRecipient> {
  const key = tidy(identity)
  if (!/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/.test(key)) throw notAKey()
  try {
    return { recipient: await identityToRecipient(key), authKey: authKeyOf(key) }
  } catch {
    // The library's error may quote the key.
    throw notAKey()
  }
}

/** Wraps for a recovery key, and can open nothing. */
export function recipientOf({ recipient, authKey }: RecoveryRecipient): Wrapper {
  return {
    async wrap(secret, context) {
      const encrypter = new Encrypter()
      encrypter.addRecipient(recipient)
      return { recipient, wrapped: await encrypter.encrypt(Buffer.concat([secret, macOf(authKey, secret, context)])) }
    },
  }
}

/** A {@link Kms} that opens with the secret half. @throws {KeyUnavailable} `identity` is not an age X25519 identity */
export async function recoveryHolder(identity: string): Promise<Kms> {
  const own = await recipientOfKey(identity)
  const decrypter = new Decrypter()
  decrypter.addIdentity(tidy(identity))
  return {
    recipient: async () => own.recipient,
    wrap: recipientOf(own).wrap,
    async unwrap(keys, context) {
      const mine = keys.find(({ recipient }) => recipient === own.recipient)
      if (!mine) throw notThisOne(own.recipient, keys)
      const opened = Buffer.from(
        await decrypter.decrypt(Uint8Array.from(mine.wrapped)).catch((error) => Promise.reject(changed(context, error))),
      )
      const secret = opened.subarray(0, Math.max(opened.length - macBytes, 0))
      const mac = opened.subarray(secret.length)
      if (mac.length !== macBytes || !timingSafeEqual(mac, macOf(own.authKey, secret, context))) throw changed(context)
      return secret
    },
  }
}

/** HMAC-SHA256 over `canonical JSON of the context ‖ 0 ‖ secret`. */
function macOf(authKey: Uint8Array, secret: Uint8Array, context: KeyContext): Buffer {
  return createHmac('sha256', authKey).update(canonicalBytes(context)).update('\0').update(secret).digest()
}

function authKeyOf(identity: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', identity, new Uint8Array(), 'backstop recovery authentication v1', 32))
}

/** As a person may have typed it: in small letters, with spaces or line breaks within. */
const tidy = (identity: string) => identity.replace(/\s+/g, '').toUpperCase()

const notAKey = () =>
  new KeyUnavailable(
    'This is not a recovery key: one begins with AGE-SECRET-KEY-1 and has 74 characters. Check for a missing or mistyped character.',
  )

function notThisOne(own: string, keys: readonly WrappedKey[]): KeyUnavailable {
  const wanted = keys.map(({ recipient }) => recipient).filter((recipient) => recipient.startsWith('age1'))
  const has =
    wanted.length > 0 ? `Its recovery key is the one of ${wanted.join(', ')}.` : 'It has no recovery key; only its account key opens it.'
  return new KeyUnavailable(`The recovery key that was given (${own}) is not one of this vault. ${has}`)
}

function changed(context: KeyContext, cause?: unknown): IntegrityError {
  return new IntegrityError(Object.values(context).join(' '), 'the wrapped key was changed or belongs elsewhere', { cause })
}
