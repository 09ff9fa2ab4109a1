import type { Clock } from '../../../../db/kit/clock.ts'
import type { Random } from '../../../../db/kit/random.ts'
import { InvalidInput, StoreUnavailable } from '../../errors.ts'
import type { StoreLocation } from '../location.ts'
import type { CloudStore } from '../open-store.ts'
import type { Retry } from '../retry.ts'
import type { StoreSurroundings } from '../surroundings.ts'
import { checkBucket, type S3Place } from './bucket.ts'
import { s3Client } from './client.ts'
import { bucketAbilities } from './lock.ts'
import { s3Store, sendDamaged } from './s3-store.ts'

/** What other providers expect when they have no regions. */
const anyRegion = 'us-east-1'

/**
 * @throws {InvalidInput} there is no access key, or no region
 * @throws {StoreUnavailable} the bucket cannot be used, or cannot lock what it is asked to
 */
export async function openS3(
  location: StoreLocation & { kind: 's3' },
  surroundings: StoreSurroundings['s3'],
  { clock, random, retry }: { readonly clock: Clock; readonly random: Random; readonly retry: Retry },
): Promise<CloudStore> {
  const { bucket, prefix, endpoint, lock } = location
  const { credentials } = surroundings
  if (!credentials)
    throw new InvalidInput(`The bucket s3://${bucket} needs an access key. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`)
  const region = location.region ?? surroundings.region ?? (endpoint === undefined ? undefined : anyRegion)
  if (region === undefined)
    throw new InvalidInput(`The bucket s3://${bucket} needs a region. Add ?region=… to its location, or set AWS_REGION.`)
  const client = s3Client({ region, credentials, ...(endpoint !== undefined && { endpoint }) })
  const at = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`
  const place: S3Place = { client, bucket, prefix, name: `bucket s3://${bucket}/${prefix}${at}` }
  await retry(() => checkBucket(place))
  const abilities = await retry(() => bucketAbilities(place))
  if (lock && !abilities.retention) throw cannotLock(place.name, lock.days)
  const store = s3Store({ ...place, random, clock, abilities, listsInByteOrder: endpoint === undefined, retry, ...(lock && { lock }) })
  return { store, sendDamaged: (key) => sendDamaged(place, key) }
}

/** Who asks for locks must not get a vault without them (P4). */
function cannotLock(name: string, days: number): StoreUnavailable {
  const cause = Object.assign(new Error('The bucket has no Object Lock'), { code: 'ENOTSUP' })
  return new StoreUnavailable(
    `The ${name} was to lock each object for ${days} days, but has no Object Lock, or the access key may not look (s3:GetBucketVersioning, s3:GetBucketObjectLockConfiguration). Make a bucket with Object Lock, or take lock=… out of the location.`,
    { cause },
  )
}
