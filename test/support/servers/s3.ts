import { CreateBucketCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Abilities } from '../../../activities/vault/store/object-store.ts'
import { s3Client } from '../../../activities/vault/store/s3/client.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { type S3Server, whereIs } from './where.ts'

export type TestS3 = S3Server & { readonly bucket: string; readonly client: S3Client; readonly abilities: Abilities }

/** A bucket of one's own on the run's shared S3 server, with versions and, with `lock`, Object Lock. Call it once in a file, in `beforeAll`; it goes away with the run. */
export async function testS3({ versioned = true, lock = false } = {}): Promise<TestS3> {
  const server = await whereIs('s3')
  const client = s3Client(server)
  const bucket = newId(systemRandom, 'test').replace('_', '-')
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...(lock && { ObjectLockEnabledForBucket: true }) }))
  if (versioned) await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  return { ...server, bucket, client, abilities: { versions: versioned, retention: versioned && lock } }
}
