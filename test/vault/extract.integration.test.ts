/** `backstop vault extract` against a bucket on a real S3 server. */
import { join } from 'node:path'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { localKeyFile, openVault, type Vault } from '../../activities/vault/index.ts'
import { openStore } from '../../activities/vault/store/open-store.ts'
import { storeSurroundings } from '../../activities/vault/store/surroundings.ts'
import { extract } from '../../activities/vault-cli/extract.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { newId, systemRandom as random } from '../../db/kit/random.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { emptyFolder, filesIn, spoken, textOf } from './support/extracted.ts'
import { all, backUp, noise } from './support/vaults.ts'

let s3: TestS3

beforeAll(async () => {
  s3 = await testS3()
})

const files = { a: Buffer.from('one'), b: noise((9 << 20) + 3, 'object'), c: noise(300_000, 'packed'), d: Buffer.from('four') }
const expected = Object.fromEntries(Object.entries(files).map(([id, bytes]) => [`File ${id}`, textOf(bytes)]))

async function vaultInBucket() {
  const folder = emptyFolder()
  const location = `s3://${s3.bucket}/${newId(random, 'vault')}?endpoint=${s3.endpoint}`
  const env = { AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey }
  const store = await openStore(location, { clock, random, surroundings: storeSurroundings(env) })
  const key = join(folder, 'account.key')
  const vault: Vault = await openVault({ store, kms: localKeyFile({ path: key, random }), accountId: 'acme', clock, random })
  await backUp(vault.drive('0AFinance'), 0, files)
  const run = async (...args: readonly string[]) => {
    const { outside, said, noted } = spoken(env)
    const to = emptyFolder()
    const code = await extract.run(['--vault', location, '--key-file', key, '--to', to, ...args], outside)
    return { code, said: said.join('\n'), noted: noted.join('\n'), files: () => filesIn(join(to, '0AFinance/files')) }
  }
  return { store, run, prefix: location.slice(`s3://${s3.bucket}/`.length).split('?')[0] ?? '' }
}

test('a bucket comes out as files, also without its index', async () => {
  const { store, run } = await vaultInBucket()
  const first = await run()
  expect({ code: first.code, files: first.files() }).toEqual({ code: 0, files: expected })
  for (const { key } of await all(store.list('v1/t/acme/d/0AFinance/idx/'))) await store.remove({ key })
  const without = await run('--as-written')
  expect({ code: without.code, files: without.files() }).toEqual({ code: 0, files: expected })
  for await (const { key, versionId } of store.listVersions('v1/t/acme/d/0AFinance/idx/'))
    await store.remove({ key, ...(versionId && { versionId }) })
  const rebuilt = await run()
  expect({ code: rebuilt.code, files: rebuilt.files() }).toEqual({ code: 1, files: expected })
  expect(rebuilt.noted).toMatch(/idx\/.* is damaged/)
})

test('what was overwritten and deleted in a bucket with versions comes out as it was written', async () => {
  const { store, run, prefix } = await vaultInBucket()
  for (const { key } of await all(store.list('v1/'))) {
    const at = { Bucket: s3.bucket, Key: `${prefix}/${key}` }
    await s3.client.send(new PutObjectCommand({ ...at, Body: 'poison' }))
    if (!key.endsWith('.root')) await s3.client.send(new DeleteObjectCommand(at))
  }
  const blind = await run('--account', 'acme').catch((error) => ({ code: error.name as string }))
  expect(blind.code).not.toBe(0)
  const { code, files: written } = await run('--as-written')
  expect({ code, files: written() }).toEqual({ code: 0, files: expected })
})
