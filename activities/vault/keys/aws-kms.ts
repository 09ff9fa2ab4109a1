/**
 * An account key in AWS KMS: it never leaves Amazon's hardware, and each use of it is in CloudTrail with the context. Needs the permissions
 * kms:Encrypt and kms:Decrypt. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms'
import { IntegrityError, KeyServiceUnavailable, KeyUnavailable, type VaultError } from '../errors.ts'
import type { KeyContext, Kms } from './kms.ts'

/** @param keyArn `arn:aws:kms:<region>:<account>:key/<id>`: an alias may come to stand for another key, so it names none for good */
export function awsKms({ client, keyArn }: { readonly client: KMSClient; readonly keyArn: string }): Kms {
  const recipient = `aws-kms:${keyArn}`
  return {
    recipient: async () => recipient,
    async wrap(secret, context) {
      const command = new EncryptCommand({ KeyId: keyArn, Plaintext: secret, EncryptionContext: { ...context } })
      const { CiphertextBlob } = await client.send(command).catch((error) => Promise.reject(translated(error, keyArn, context)))
      if (!CiphertextBlob) throw new KeyServiceUnavailable(`AWS KMS answered without a ciphertext for the key ${keyArn}.`)
      return { recipient, wrapped: CiphertextBlob }
    },
    async unwrap(keys, context) {
      const mine = keys.find((key) => key.recipient === recipient)
      if (!mine) throw notThisOne(keyArn, keys)
      const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: mine.wrapped, EncryptionContext: { ...context } })
      const { Plaintext } = await client.send(command).catch((error) => Promise.reject(translated(error, keyArn, context)))
      if (!Plaintext) throw new KeyServiceUnavailable(`AWS KMS answered without a plaintext for the key ${keyArn}.`)
      return Plaintext
    },
  }
}

/** What each refusal means, by the names of KMS and of AWS's front door. What is not here may pass. */
const lasting: Readonly<Record<string, (keyArn: string) => string>> = {
  AccessDeniedException: (key) =>
    `AWS refuses to use the key ${key} for this access key. Allow kms:Encrypt and kms:Decrypt on it, in the key's policy and in the user's or role's.`,
  DisabledException: (key) => `The key ${key} is disabled in AWS KMS. Enable it there; until then the vault stays closed.`,
  KMSInvalidStateException: (key) =>
    `The key ${key} cannot be used in its state, for example because its deletion is planned. Cancel the deletion in AWS KMS at once: without the key only the recovery key opens the vault.`,
  NotFoundException: (key) => `AWS KMS does not know the key ${key}. Check region, account and id of the key in BACKSTOP_KMS.`,
  InvalidKeyUsageException: (key) => `The key ${key} is not one for encryption. Choose a symmetric key for encrypt and decrypt.`,
  InvalidGrantTokenException: (key) => `AWS refuses the grant for the key ${key}. Make a new one.`,
  UnrecognizedClientException: () => refusedAccess,
  InvalidSignatureException: () => refusedAccess,
  InvalidClientTokenId: () => refusedAccess,
  IncompleteSignature: () => refusedAccess,
  MissingAuthenticationTokenException: () => refusedAccess,
  OptInRequired: () => refusedAccess,
  ExpiredTokenException: () => 'The AWS session token has expired. Start with new AWS_* credentials.',
}

const refusedAccess =
  "AWS does not accept the access key. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and this machine's clock."

function translated(error: Error, keyArn: string, context: KeyContext): VaultError {
  if (error.name === 'InvalidCiphertextException' || error.name === 'IncorrectKeyException')
    return new IntegrityError(Object.values(context).join(' '), 'the wrapped key was changed or belongs elsewhere', { cause: error })
  const advice = lasting[error.name]
  if (advice) return new KeyUnavailable(advice(keyArn), { cause: error })
  return new KeyServiceUnavailable(
    `AWS KMS did not do its work with the key ${keyArn} (${error.name}). It is worth another try; if it lasts, check the network and the AWS health page.`,
    { cause: error },
  )
}

function notThisOne(keyArn: string, keys: readonly { readonly recipient: string }[]): KeyUnavailable {
  const made = keys.map(({ recipient }) => recipient).join(', ')
  return new KeyUnavailable(`The key ${keyArn} is not one of this vault, which opens with ${made}. Name that one in BACKSTOP_KMS.`)
}
