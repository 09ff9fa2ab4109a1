/** From where a vault lies, as a person writes it, to a store that is ready and safe to use. */
import { AlreadyExists, InvalidInput, StoreUnavailable } from '../errors.ts'
import { openLocalStore } from './local-folder.ts'
import { parseLocation, type StoreLocation } from './location.ts'
import type { ObjectStore } from './object-store.ts'
import { type RetryOptions, retries } from './retry.ts'
import { retrying } from './retrying.ts'
import { checkBucket, type S3Place } from './s3/bucket.ts'
import { type S3Credentials, s3Client } from './s3/client.ts'
import { bucketAbilities } from './s3/lock.ts'
import { s3Store } from './s3/s3-store.ts'

export type OpenStoreOptions = RetryOptions & {
  /** What the surroundings say about S3: the usual AWS_* variables. The location goes before them. */
  readonly s3: { readonly credentials?: S3Credentials; readonly region?: string }
}

/** The access key that whoever starts a program has given for a vault in a bucket, by the names that everybody uses. */
export function s3Surroundings(env: NodeJS.ProcessEnv): OpenStoreOptions['s3'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return {
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
    ...(region && { region }),
  }
}

/** Not below `v1/`, where the vault is. Written once and never removed. */
const proofKey = 'probe/conditional-create'
/** What other providers expect when they have no regions. */
const anyRegion = 'us-east-1'

/**
 * Opens the store at `location`: `/path` or `file:///path`, a local folder that is made when it is missing, or
 * `s3://bucket/prefix?endpoint=https://…&region=…`, an existing bucket.
 * @throws {InvalidInput} the location, or what belongs to it, is missing or malformed
 * @throws {StoreUnavailable} the store cannot be used, or would overwrite an object that must not be
 */
export async function openStore(location: string, options: OpenStoreOptions): Promise<ObjectStore> {
  const place = parseLocation(location)
  if (place.kind === 'folder') return openLocalStore({ path: place.path, create: true, random: options.random })
  return openBucket(place, options)
}

async function openBucket(location: StoreLocation & { kind: 's3' }, options: OpenStoreOptions): Promise<ObjectStore> {
  const { bucket, prefix, endpoint } = location
  const { credentials } = options.s3
  if (!credentials)
    throw new InvalidInput(`The bucket s3://${bucket} needs an access key. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`)
  const region = location.region ?? options.s3.region ?? (endpoint === undefined ? undefined : anyRegion)
  if (region === undefined)
    throw new InvalidInput(`The bucket s3://${bucket} needs a region. Add ?region=… to its location, or set AWS_REGION.`)
  const client = s3Client({ region, credentials, ...(endpoint !== undefined && { endpoint }) })
  const at = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`
  const place: S3Place = { client, bucket, prefix, name: `bucket s3://${bucket}/${prefix}${at}` }
  const retry = retries(options)
  await retry(() => checkBucket(place))
  const abilities = await retry(() => bucketAbilities(place))
  const { random, clock } = options
  const store = s3Store({ ...place, random, clock, abilities, listsInByteOrder: endpoint === undefined, retry })
  await retry(() => proveConditionalCreate(store))
  return retrying(store, retry)
}

/**
 * A store that ignores `If-None-Match` would let two runs both commit one generation, and one of them be lost. Costs one small request
 * when the vault was opened before.
 * @throws {StoreUnavailable} the store overwrites
 */
export async function proveConditionalCreate(store: ObjectStore): Promise<void> {
  const body = Buffer.from('Backstop checks here that the store refuses to overwrite an object.\n')
  try {
    await store.create(proofKey, body)
    await store.create(proofKey, body)
  } catch (error) {
    if (error instanceof AlreadyExists) return
    throw error
  }
  const cause = Object.assign(new Error('If-None-Match was ignored'), { code: 'ENOTSUP' })
  throw new StoreUnavailable(
    `The ${store.name} overwrites an object that it was asked not to overwrite, so a backup could be lost. Choose a store that honours If-None-Match.`,
    { cause },
  )
}
