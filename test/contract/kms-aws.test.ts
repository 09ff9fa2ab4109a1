import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InvalidInput, KeyServiceUnavailable, KeyUnavailable, type Kms, openVault } from '../../activities/vault/index.ts'
import { openKms } from '../../activities/vault/keys/open-kms.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { startAwsKms, type TestKms } from '../support/servers/aws-kms.ts'
import { backUp, contentsOf, memoryStore } from '../vault/support/vaults.ts'
import { kmsContract } from './kms.ts'

let server: TestKms
let arn: string
let otherArn: string
const context = { purpose: 'test', accountId: 'acme' }
const secret = Buffer.from('a secret of the vault')
const holder = async (keyArn: string, over: Partial<TestKms['credentials']> = {}): Promise<Kms> =>
  openKms(
    { setting: `aws-kms:${keyArn}?endpoint=${server.endpoint}`, credentials: { ...server.credentials, ...over } },
    { random: systemRandom },
  )

beforeAll(async () => {
  server = await startAwsKms()
  arn = server.createKey()
  otherArn = server.createKey()
})
afterAll(() => server.close())

kmsContract('a key of AWS KMS', { open: () => holder(arn), other: () => holder(otherArn) })

test('the context goes to AWS with each use of the key, so that its log tells what for', async () => {
  const kms = await holder(arn)
  await kms.unwrap([await kms.wrap(secret, context)], context)
  expect(server.requests.slice(-2)).toEqual([
    { operation: 'Encrypt', context },
    { operation: 'Decrypt', context },
  ])
})

test('a vault lives with a key of AWS KMS', async () => {
  const store = memoryStore()
  const open = async () =>
    (await openVault({ store, kms: await holder(arn), accountId: 'acme', clock: systemClock, random: systemRandom })).drive('d')
  await backUp(await open(), 0, { a: Buffer.from('content') })
  expect(await contentsOf(await open(), 1)).toEqual({ a: Buffer.from('content') })
})

test.each(['ThrottlingException', 'KMSInternalException', 'DependencyTimeoutException', 'hang up'] as const)(
  'it goes on after two times %s',
  async (fault) => {
    const kms = await holder(arn)
    server.fail(fault, 2)
    const wrap = await kms.wrap(secret, context)
    expect(Buffer.from(await kms.unwrap([wrap], context))).toEqual(secret)
  },
)

test('what lasts is said to be worth repeating', async () => {
  const kms = await holder(arn)
  server.fail('KMSInternalException', 5)
  const error = await kms.wrap(secret, context).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(KeyServiceUnavailable)
  expect(error.message).toContain('KMSInternalException')
})

test.each([
  ['Disabled', 'Enable it there'],
  ['PendingDeletion', 'Cancel the deletion'],
] as const)('a key in the state %s is named, with what to do', async (state, advice) => {
  const key = server.createKey()
  const kms = await holder(key)
  const wrap = await kms.wrap(secret, context)
  server.setState(key, state)
  for (const work of [() => kms.wrap(secret, context), () => kms.unwrap([wrap], context)]) {
    const error = await work().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(KeyUnavailable)
    expect(error.message).toContain(key)
    expect(error.message).toContain(advice)
  }
  server.setState(key, 'Enabled')
  expect(Buffer.from(await kms.unwrap([wrap], context))).toEqual(secret)
})

test('missing permissions are named', async () => {
  server.fail('AccessDeniedException', 1)
  const error = await (await holder(arn)).wrap(secret, context).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(KeyUnavailable)
  expect(error.message).toContain('Allow kms:Encrypt and kms:Decrypt')
})

test('a wrong access key is said to be that, without repeating it', async () => {
  const error = await (await holder(arn, { secretAccessKey: 'not-the-secret' })).wrap(secret, context).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(KeyUnavailable)
  expect(error.message).toContain('AWS_SECRET_ACCESS_KEY')
  expect(`${error.message} ${error.cause}`).not.toContain('not-the-secret')
})

test('a key that does not exist is named', async () => {
  const gone = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000'
  await expect((await holder(gone)).wrap(secret, context)).rejects.toThrow(`AWS KMS does not know the key ${gone}`)
})

test('a service that is not there is worth repeating', async () => {
  const kms = openKms({ setting: `aws-kms:${arn}?endpoint=http://127.0.0.1:9`, credentials: server.credentials }, { random: systemRandom })
  await expect(kms.wrap(secret, context)).rejects.toBeInstanceOf(KeyServiceUnavailable)
})

test.each([
  'aws-kms:alias/backstop',
  'aws-kms:arn:aws:kms:eu-west-1:111122223333:alias/backstop',
  'aws-kms:',
  'azure:whatever',
  'arn:aws:kms:eu-west-1:111122223333:key/1',
])('the setting %j is refused with the form that it must have', (setting) => {
  const open = () => openKms({ setting, credentials: server.credentials }, { random: systemRandom })
  expect(open).toThrow('Write aws-kms:arn:aws:kms:<region>:<account>:key/<id>')
  expect(open).toThrow(expect.objectContaining({ code: 'InvalidInput' } satisfies Partial<InvalidInput>))
})

test('without an access key it is said which variables to set', () => {
  expect(() => openKms({ setting: `aws-kms:${arn}` }, { random: systemRandom })).toThrow('Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
})

test('without a key file it is said where to name one', () => {
  expect(() => openKms({}, { random: systemRandom })).toThrow('BACKSTOP_KEY_FILE')
})
