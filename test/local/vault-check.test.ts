import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { examine } from '../../bot/local/doctor/check.ts'
import { vaultCheck } from '../../bot/local/doctor/vault-check.ts'
import { freePort } from '../../bot/local/processes/ports.ts'
import { systemClock } from '../../db/kit/clock.ts'

const look = (env: NodeJS.ProcessEnv) => examine(vaultCheck(env), systemClock)

test('a folder is looked into, by whichever name it was given', async () => {
  for (const env of [
    { BACKSTOP_VAULT_DIR: tmpdir() },
    { BACKSTOP_VAULT_URL: tmpdir() },
    { BACKSTOP_VAULT_URL: pathToFileURL(tmpdir()).href },
  ])
    expect((await look(env)).detail).toMatch(/GiB free in |only .* GiB/)
  const missing = await look({ BACKSTOP_VAULT_DIR: join(tmpdir(), 'not-there') })
  expect(missing).toMatchObject({ ok: false, advice: expect.stringContaining('Free some space') })
})

test('of a bucket it is said that it answers, and what says more; its parameters are not shown', async () => {
  const server = createServer((_, response) => response.writeHead(403).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const place of ['s3://acme-backup/vault', 'azure://acme/backup/vault', 'gs://acme-backup/vault'])
    expect(await look({ BACKSTOP_VAULT_URL: `${place}?endpoint=${endpoint}`, BACKSTOP_VAULT_DIR: tmpdir() })).toMatchObject({
      ok: true,
      detail: `${place} answers; \`backstop vault probe\` tries out whether it is fit`,
    })
})

test('a bucket that does not answer is not well, and what to look at is said', async () => {
  const finding = await look({ BACKSTOP_VAULT_URL: `s3://acme-backup?endpoint=http://127.0.0.1:${await freePort()}` })
  expect(finding).toMatchObject({ ok: false, advice: expect.stringContaining('BACKSTOP_VAULT_URL') })
  expect(await look({ BACKSTOP_VAULT_URL: 'ftp://acme' })).toMatchObject({
    ok: false,
    detail: 'BACKSTOP_VAULT_URL cannot begin with ftp://',
  })
})
