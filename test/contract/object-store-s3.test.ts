import { beforeAll, vi } from 'vitest'
import { s3Store } from '../../activities/vault/store/s3/s3-store.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { objectStoreContract } from './object-store.ts'

/** SeaweedFS orders the names of each folder, not whole keys. */
const listsInByteOrder = false
/** In a versioned bucket, each writer of a key that finds another one at work there waits a second before it looks again. */
const rivals = { plain: 100, versioned: 16, locking: 16 }
vi.setConfig({ testTimeout: 60_000 })
let buckets: Readonly<Record<keyof typeof rivals, TestS3>>

beforeAll(async () => {
  buckets = { plain: await testS3({ versioned: false }), versioned: await testS3(), locking: await testS3({ lock: true }) }
})

for (const kind of ['plain', 'versioned', 'locking'] as const)
  objectStoreContract(
    `a prefix of a ${kind} S3 bucket`,
    async () => {
      const at = buckets[kind]
      const prefix = `${newId(systemRandom, 'vault')}/`
      return s3Store({ ...at, prefix, name: `bucket ${at.bucket}`, clock: systemClock, random: systemRandom, listsInByteOrder })
    },
    { rivals: rivals[kind] },
  )
