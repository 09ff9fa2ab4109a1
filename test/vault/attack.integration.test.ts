/** An attacker has the worker's own credentials and empties a bucket with versions and Object Lock. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { localKeyFile, type ObjectStore, openVault, Retained, StoreUnavailable } from '../../activities/vault/index.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import { openStore } from '../../activities/vault/store/open-store.ts'
import { list } from '../../activities/vault-cli/list.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { newId, systemRandom as random } from '../../db/kit/random.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { all, backUp, contentsOf, noise } from './support/vaults.ts'

let s3: TestS3
const dayMs = 86_400_000

beforeAll(async () => {
  s3 = await testS3({ lock: true })
})

const at = (prefix: string, more = '&lock=30', { bucket, endpoint }: TestS3 = s3) => `s3://${bucket}/${prefix}?endpoint=${endpoint}${more}`
const open = (location: string) =>
  openStore(location, { clock, random, surroundings: { s3: { credentials: s3.credentials }, azure: {}, gcs: {} } })
const hoursFromNow = (date: Date | undefined) => ((date?.getTime() ?? 0) - clock.now().getTime()) / 3_600_000

/** Everything that the worker's credentials can do to the bucket. What is refused is refused by the store. */
async function emptyTheBucket({ client, bucket: Bucket }: TestS3, prefix: string) {
  const refused: string[] = []
  const attempt = (what: string, work: Promise<unknown>) => work.catch((error) => refused.push(`${what}: ${error.name}`))
  const versions = (await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${prefix}/` }))).Versions ?? []
  const soon = new Date(clock.now().getTime() + 60_000)
  await attempt(
    'suspend versioning',
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  )
  for (const { Key, VersionId } of versions) {
    const retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate: soon }
    await attempt('shorten', client.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention: retention })))
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'poison' }))
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
    await attempt('delete', client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })))
    const batch = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }))
    for (const { Code } of batch.Errors ?? []) refused.push(`delete in a batch: ${Code}`)
  }
  for (const { Key, UploadId } of (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [])
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  await attempt('delete the bucket', client.send(new DeleteBucketCommand({ Bucket })))
  return { versions, refused }
}

test('P4 emptying a versioned, locked bucket with the worker’s credentials fails, and what is left restores in full', async () => {
  const prefix = newId(random, 'vault')
  const keyFile = join(await mkdtemp(join(tmpdir(), 'backstop-key-')), 'account.key')
  const kms = localKeyFile({ path: keyFile, random })
  const drive = (await openVault({ store: await open(at(prefix)), kms, accountId: 'acme', clock, random })).drive('0AFinance')
  const first = { a: noise(40_000, 'a'), b: noise(20 << 20, 'b'), c: Buffer.from('three') }
  const second = { a: noise(50_000, 'a again'), d: noise(9 << 20, 'd') }
  await backUp(drive, 0, first)
  await backUp(drive, 1, second)

  const { versions, refused } = await emptyTheBucket(s3, prefix)
  expect(versions.length).toBeGreaterThan(8)
  expect(refused.filter((one) => one === 'delete: AccessDenied')).toHaveLength(versions.length)
  expect(refused.filter((one) => one === 'delete in a batch: AccessDenied')).toHaveLength(versions.length)
  expect(refused.filter((one) => one === 'shorten: AccessDenied')).toHaveLength(versions.length)
  expect(refused).toContain('suspend versioning: InvalidBucketState')
  expect(refused).toContain('delete the bucket: BucketNotEmpty')

  const emptied = await openStore(at(prefix, ''), {
    clock,
    random,
    surroundings: { s3: { credentials: s3.credentials }, azure: {}, gcs: {} },
    create: false,
  })
  expect(await all(emptied.list(''))).toEqual([])
  const vault = await openVault({ store: asWritten(emptied), kms, accountId: 'acme', clock, random })
  const rescued = vault.drive('0AFinance')
  expect((await all(rescued.roots())).map(({ gen }) => gen)).toEqual([1, 2])
  for (const [gen, files] of [
    [1, first],
    [2, { ...first, ...second }],
  ] as const) {
    const contents = await contentsOf(rescued, gen)
    expect(Object.keys(contents)).toEqual(Object.keys(files).sort())
    for (const [id, bytes] of Object.entries(files)) expect(contents[id]?.equals(bytes), `${id} of ${gen}`).toBe(true)
  }

  const asAPersonWould = ['--vault', at(prefix, ''), '--key-file', keyFile]
  await expect(listed(asAPersonWould)).rejects.toThrow('holds no vault')
  expect(await listed([...asAPersonWould, '--as-written'])).toEqual([expect.stringMatching(/^0AFinance {2}"Finance" {2}snapshot 2 /)])
})

async function listed(args: readonly string[]): Promise<readonly string[]> {
  const said: string[] = []
  const env = { AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey }
  const stop = new AbortController().signal
  expect(await list.run(args, { env, say: (line) => said.push(line), note: () => undefined, stop, clock, random })).toBe(0)
  return said
}

test.each(['governance', 'compliance'])('P4 every new object is locked from its first moment, small and large alike (%s)', async (mode) => {
  const store = await open(at(newId(random, 'vault'), `&lock=30&lock-mode=${mode}`))
  const large = noise(17 << 20, 'large')
  const refs = [
    await store.create('small', Buffer.from('small')),
    await store.createFrom(
      'large',
      (async function* () {
        yield large
      })(),
    ),
  ]
  for (const ref of refs) {
    expect(ref.versionId).toMatch(/./)
    expect(hoursFromNow(await store.retainedUntil(ref))).toBeCloseTo(30 * 24, 1)
    await expect(store.remove(ref)).rejects.toBeInstanceOf(Retained)
    if (mode === 'governance') continue
    // Not even by somebody with the right to lift locks.
    const lifted = { Bucket: s3.bucket, Key: keyOf(store, ref.key), VersionId: ref.versionId, BypassGovernanceRetention: true }
    await expect(s3.client.send(new DeleteObjectCommand(lifted))).rejects.toMatchObject({ name: 'AccessDenied' })
  }
  expect(Buffer.from(await store.read({ key: 'large' })).equals(large)).toBe(true)
})

test('P4 a lock is extended when asked, in its own mode, and never shortened', async () => {
  const store = await open(at(newId(random, 'vault'), '&lock=30&lock-mode=compliance'))
  const ref = await store.create('k', Buffer.from('k'))
  const later = new Date(clock.now().getTime() + 90 * dayMs)
  await store.retain({ key: 'k' }, later)
  expect((await store.retainedUntil(ref))?.getTime()).toBeGreaterThanOrEqual(later.getTime())
  await store.retain(ref, new Date(clock.now().getTime() + 40 * dayMs))
  expect((await store.retainedUntil(ref))?.getTime()).toBeGreaterThanOrEqual(later.getTime())
  await expect(
    s3.client.send(
      new PutObjectRetentionCommand({
        Bucket: s3.bucket,
        Key: keyOf(store, 'k'),
        VersionId: ref.versionId,
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date(clock.now().getTime() + dayMs) },
      }),
    ),
  ).rejects.toMatchObject({ name: 'AccessDenied' })
})
const keyOf = ({ name }: ObjectStore, key: string) => `${/s3:\/\/[^/]+\/([^ ]*\/)/.exec(name)?.[1]}${key}`

test('P4 who asks for locks does not get a vault without them', async () => {
  for (const bucket of [await testS3(), await testS3({ versioned: false })]) {
    const failure = await open(at('x', '&lock=30', bucket)).catch((error) => error)
    expect(failure).toBeInstanceOf(StoreUnavailable)
    expect(failure.message).toContain('was to lock each object for 30 days, but has no Object Lock')
  }
})
