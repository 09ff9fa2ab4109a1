import type { Bucket } from '@google-cloud/storage'
import { gcsBucket } from '../../../activities/vault/store/gcs/client.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { type GcsServer, whereIs } from './where.ts'

export type TestGcs = GcsServer & { readonly bucket: Bucket; readonly bucketName: string; readonly versions: boolean }

/** A bucket of one's own on the run's shared fake-gcs-server. Call it once in a file, in `beforeAll`; it goes away with the run. */
export async function testGcs({ versioned = true } = {}): Promise<TestGcs> {
  const server = await whereIs('gcs')
  const bucketName = newId(systemRandom, 'test').replace('_', '-')
  const bucket = gcsBucket({ bucket: bucketName, endpoint: server.endpoint })
  await bucket.create({ versioning: { enabled: versioned } })
  return { ...server, bucket, bucketName, versions: versioned }
}
