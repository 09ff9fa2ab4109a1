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
  /** `aws-kms:<key arn>`, for a stand-in with `?endpoint=http…` behind it; nothing or `file` for the local key file. */
  readonly setting?: string
  readonly credentials?: S3Credentials
}

/** What the environment says: `BACKSTOP_KMS`, and the access key that also serves a vault in a bucket. */
export function kmsSurroundings(env: NodeJS.ProcessEnv): KmsSurroundings {
  const setting = env['BACKSTOP_KMS']
  const { credentials } = storeSurroundings(env).s3
  return { ...(setting && { setting }), ...(credentials && { credentials }) }
}

const connectTimeoutMs = 10_000
const answerTimeoutMs = 30_000
/** With the SDK's growing pauses at most a few seconds; what lasts longer is for the caller's own, more patient repetition. */
const maxAttempts = 5

/** @throws {InvalidInput} the setting is malformed, or there is no access key or no key file for it */
export function openKms(surroundings: KmsSurroundings, local: { readonly keyFile?: string; readonly random: Random }): Kms {
  const { setting = 'file', credentials } = surroundings
  if (setting === 'file') {
    if (!local.keyFile)
      throw new InvalidInput('There is no account key: name its file in BACKSTOP_KEY_FILE, or a key of AWS KMS in BACKSTOP_KMS.')
    return localKeyFile({ path: local.keyFile, random: local.random })
  }
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
      `BACKSTOP_KMS cannot be ${JSON.stringify(setting)}. Write aws-kms:arn:aws:kms:<region>:<account>:key/<id> (the key's ARN, not an alias), or leave it out for the local key file.`,
    )
  const endpoint = new URLSearchParams(query).get('endpoint')
  return { keyArn, region, ...(endpoint !== null && { endpoint }) }
}
