/** Destroying keys in buckets that keep every version, on a real S3 server. */
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { type ObjectStore, Retained, Shredded } from '../../activities/vault/index.ts'
import { setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { readReceipt } from '../../activities/vault/keys/receipt.ts'
import { shredDrive } from '../../activities/vault/keys/shred.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import { s3Store } from '../../activities/vault/store/s3/s3-store.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { accountKey, keyDeps, openWith, recoveryKey } from './support/keyrings.ts'
import { backUp, contentsOf } from './support/vaults.ts'

let plain: TestS3
let locking: TestS3
const files = { a: Buffer.from('the plan') }

beforeAll(async () => {
  plain = await testS3()
  locking = await testS3({ lock: true })
})

const storeIn = (at: TestS3): ObjectStore =>
  s3Store({ ...at, prefix: 'vault/', name: `bucket ${at.bucket}`, clock: systemClock, random: systemRandom, listsInByteOrder: false })

/** Every version under the vault's keys, deletion marks included, asked of the server itself. */
async function versionsOfKeys({ client, bucket }: TestS3) {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'vault/v1/t/acme/keys/' }),
  )
  return [...Versions, ...DeleteMarkers]
}

test('a shredding removes every version of every key document, also those that somebody overwrote or deleted', async () => {
  const store = storeIn(plain)
  const kms = accountKey()
  const recovery = await recoveryKey()
  await backUp((await openWith(store, kms)).drive('d1'), 0, files)
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  const [first, second] = (await versionsOfKeys(plain)).map(({ Key }) => Key)
  await plain.client.send(new PutObjectCommand({ Bucket: plain.bucket, Key: first, Body: 'overwritten' }))
  await plain.client.send(new DeleteObjectCommand({ Bucket: plain.bucket, Key: second }))
  // Whoever looks at the first versions still reads everything.
  expect(await contentsOf((await openWith(asWritten(store), recovery.holder)).drive('d1'), 1)).toEqual(files)

  await shredDrive({ ...keyDeps(store, kms), clock: systemClock }, 'd1')
  expect(await versionsOfKeys(plain)).toEqual([])
  for (const holder of [kms, recovery.holder])
    for (const view of [store, asWritten(store)])
      await expect(contentsOf((await openWith(view, holder)).drive('d1'), 1)).rejects.toBeInstanceOf(Shredded)
})

test('a key document that the bucket has locked stays, is named with its date, and the receipt stays unfinished', async () => {
  const store = storeIn(locking)
  const kms = accountKey()
  await backUp((await openWith(store, kms)).drive('d1'), 0, files)
  const [key = ''] = (await Array.fromAsync(store.list('v1/t/acme/keys/'))).map((ref) => ref.key)
  const until = new Date(Math.ceil(systemClock.now().getTime() / 1000) * 1000 + 86_400_000)
  await store.retain({ key }, until)
  const refused = await shredDrive({ ...keyDeps(store, kms), clock: systemClock }, 'd1').catch((error) => error)
  expect(refused).toBeInstanceOf(Retained)
  expect(refused.until).toEqual(until)
  const { receipt } = (await readReceipt(keyDeps(store, kms), { accountId: 'acme', driveId: 'd1' })) ?? {}
  expect(receipt).toMatchObject({ documents: 1, snapshots: 1 })
  expect(receipt?.finished).toBeUndefined()
  expect(await contentsOf((await openWith(store, kms)).drive('d1'), 1)).toEqual(files)
})
