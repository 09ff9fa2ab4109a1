/** From how a person names the holder of the account key to the holder itself. */
import { KMSClient } from '@aws-sdk/client-kms'
import type { Random } from '../../../db/kit/random.ts'
import { InvalidInput } from '../errors.ts'
import type { S3Credentials } from '../store/s3/client.ts'
import { storeSurroundings } from '../store/surroundings.ts'
import { awsKms } from './aws-kms.ts'
import { localKeyFile } from './key-file.ts'
import type { Kms } from './kms.ts'

export type KmsSurroundings = {
  /** `aws-kms:<key arn>`, for a stand-in with `?endpoint=http…` behind it; `file:<path>` for a key file; nothing for the usual key file. */
  readonly setting?: string
  readonly credentials?: S3Credentials
  /** Of a key file that is locked with one. */
  readonly passphrase?: string
}

/** What the environment says: `BACKSTOP_KMS`, `BACKSTOP_KEY_PASSPHRASE`, and the access key that also serves a vault in a bucket. */
export function kmsSurroundings(env: NodeJS.ProcessEnv): KmsSurroundings {
  const { BACKSTOP_KMS: setting, BACKSTOP_KEY_PASSPHRASE: passphrase } = env
  const { credentials } = storeSurroundings(env).s3
  return { ...(setting && { setting }), ...(credentials && { credentials }), ...(passphrase && { passphrase }) }
}

const connectTimeoutMs = 10_000
const answerTimeoutMs = 30_000
/** With the SDK's growing pauses at most a few seconds; what lasts longer is for the caller's own, more patient repetition. */
const maxAttempts = 5

/** @throws {InvalidInput} the setting is malformed, or there is no access key or no key file for it */
export function openKms(surroundings: KmsSurroundings, { keyFile, random }: { readonly keyFile?: string; readonly random: Random }): Kms {
  const { setting, credentials, passphrase } = surroundings
  const path = setting === undefined ? keyFile : /^file:(.+)$/.exec(setting)?.[1]
  if (path !== undefined) return localKeyFile({ path, random, ...(passphrase !== undefined && { passphrase }) })
  if (setting === undefined)
    throw new InvalidInput('There is no account key: name its file in BACKSTOP_KEY_FILE, or a key of AWS KMS in BACKSTOP_KMS.')
  const { keyArn, region, endpoint } = parseSetting(setting)
  if (!credentials) throw new InvalidInput(`The key ${keyArn} needs an access key. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`)
  const client = new KMSClient({
    region,
    credentials,
    ...(endpoint === undefined ? { ignoreConfiguredEndpointUrls: true } : { endpoint }),
    maxAttempts,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: answerTimeoutMs },
  })
  return awsKms({ client, keyArn })
}

const keyArnForm = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/

function parseSetting(setting: string): { readonly keyArn: string; readonly region: string; readonly endpoint?: string } {
  const [, keyArn = '', query] = /^aws-kms:([^?]*)(?:\?(.*))?$/.exec(setting) ?? []
  const region = keyArnForm.exec(keyArn)?.[1]
  if (region === undefined)
    throw new InvalidInput(
      `BACKSTOP_KMS cannot be ${JSON.stringify(setting)}. Write aws-kms:arn:aws:kms:<region>:<account>:key/<id> (the key's ARN, not an alias) or file:<path>, or leave it out for the file of BACKSTOP_KEY_FILE.`,
    )
  const endpoint = new URLSearchParams(query).get('endpoint')
  return { keyArn, region, ...(endpoint !== null && { endpoint }) }
}
