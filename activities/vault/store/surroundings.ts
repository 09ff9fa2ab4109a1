import { InvalidInput } from '../errors.ts'
import type { AzureCredentials } from './azure/client.ts'
import type { StoreLimits } from './limited.ts'
import type { S3Credentials } from './s3/client.ts'

/** What the surroundings say about stores. A location goes before them, and holds no secrets. */
export type StoreSurroundings = {
  readonly s3: { readonly credentials?: S3Credentials; readonly region?: string }
  readonly azure: { readonly credentials?: AzureCredentials }
  /** `keyFile` is the path of a service account's key. */
  readonly gcs: { readonly keyFile?: string }
  /** How much of a line, or of a provider's patience, the store may use. */
  readonly limits?: StoreLimits
  /** Whether every object is read again after it was written. */
  readonly readBack?: boolean
}

/**
 * What whoever starts a program has given for a vault in a cloud, by the names that everybody uses, and how it is to be used.
 * Nothing else is looked at.
 * @throws {InvalidInput} a limit is no number
 */
export function storeSurroundings(env: NodeJS.ProcessEnv): StoreSurroundings {
  const keyFile = env['GOOGLE_APPLICATION_CREDENTIALS']
  const [requestsPerSecond, bytesPerSecond] = [
    rate(env, 'BACKSTOP_STORE_REQUESTS_PER_SECOND'),
    rate(env, 'BACKSTOP_STORE_BYTES_PER_SECOND'),
  ]
  return {
    s3: amazon(env),
    azure: azure(env),
    gcs: keyFile ? { keyFile } : {},
    limits: { ...(requestsPerSecond && { requestsPerSecond }), ...(bytesPerSecond && { bytesPerSecond }) },
    readBack: env['BACKSTOP_STORE_READ_BACK'] === '1',
  }
}

function rate(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidInput(`${name} is ${JSON.stringify(text)}. Write how many a second, such as 50, or leave it out for no limit.`)
}

function amazon(env: NodeJS.ProcessEnv): StoreSurroundings['s3'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return {
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
    ...(region && { region }),
  }
}

function azure(env: NodeJS.ProcessEnv): StoreSurroundings['azure'] {
  const { AZURE_STORAGE_KEY: accountKey, AZURE_STORAGE_SAS_TOKEN: sasToken } = env
  if (accountKey) return { credentials: { accountKey } }
  return sasToken ? { credentials: { sasToken } } : {}
}
