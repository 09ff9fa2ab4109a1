/** The practice Drive as a program of its own: its command line, its ready line, its end, and what it keeps over a restart. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PracticeProcess, runPractice, startPracticeProcess } from '../support/practice-process.ts'

let folder: string
let running: PracticeProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-program-'))
})

afterEach(async () => {
  await Promise.all(running.map((practice) => practice.stop('SIGKILL')))
  running = []
  await rm(folder, { recursive: true })
})

async function start(...flags: string[]): Promise<PracticeProcess> {
  const practice = await startPracticeProcess('--items', '200', '--seed', '7', ...flags)
  running.push(practice)
  return practice
}

async function consent({ url, clientId, clientSecret, admins }: PracticeProcess['ready']): Promise<{ refresh_token: string }> {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1:9/callback',
    response_type: 'code',
    scope: 'https://www.googleapis.com/auth/drive',
    access_type: 'offline',
  })
  const form = new URLSearchParams({ answer: 'allow', person: admins[0] ?? '' })
  const answer = await fetch(`${url}/o/oauth2/v2/auth?${query}`, { method: 'POST', body: form, redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const grant = { grant_type: 'authorization_code', code, redirect_uri: 'http://127.0.0.1:9/callback' }
  const body = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret })
  return (await (await fetch(`${url}/token`, { method: 'POST', body })).json()) as { refresh_token: string }
}

async function refresh({ url, clientId, clientSecret }: PracticeProcess['ready'], token: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: clientId, client_secret: clientSecret })
  const response = await fetch(`${url}/token`, { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

test('it prints one line with what a program needs, and ends soon after it is told to', async () => {
  const practice = await start()
  const { url, credentialsFile } = practice.ready
  expect(JSON.parse(await readFile(credentialsFile, 'utf8'))).toMatchObject({ type: 'service_account', token_uri: `${url}/token` })
  const hanging = fetch(`${url}/drive/v3/files`, { headers: { authorization: 'Bearer x' } })
  await hanging
  const before = performance.now()
  expect(await practice.stop('SIGINT')).toBe(0)
  expect(performance.now() - before).toBeLessThan(2_000)
})

test('what was done and who consented is still there after a kill', async () => {
  const first = await start('--data', folder)
  const { refresh_token: token } = await consent(first.ready)
  const headers = { authorization: `Bearer ${await refresh(first.ready, token)}`, 'content-type': 'application/json' }
  const made = await fetch(`${first.ready.url}/drive/v3/drives?requestId=r1`, { method: 'POST', headers, body: '{"name":"Kept"}' })
  expect(made.status).toBe(200)
  await first.stop('SIGKILL')

  const second = await start('--data', folder)
  expect(second.ready).toMatchObject({ clientId: first.ready.clientId, adminKey: first.ready.adminKey })
  const again = { authorization: `Bearer ${await refresh(second.ready, token)}` }
  const listed = await fetch(`${second.ready.url}/drive/v3/drives?q=name%20%3D%20'Kept'`, { headers: again })
  expect(await listed.json()).toMatchObject({ drives: [{ name: 'Kept' }] })
})

test('256 MiB go up and down without being held', async () => {
  const practice = await start('--data', folder)
  const { url } = practice.ready
  const token = await refresh(practice.ready, (await consent(practice.ready)).refresh_token)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const { drives } = (await (await fetch(`${url}/drive/v3/drives`, { headers })).json()) as { drives: { id: string }[] }
  const total = 256 * 1024 * 1024
  const before = await practice.peakMiB()
  const begun = await fetch(`${url}/upload/drive/v3/files?uploadType=resumable&supportsAllDrives=true&fields=id,size`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'huge', parents: [drives[0]?.id] }),
  })
  const put = { method: 'PUT', body: zeros(total), duplex: 'half' } as RequestInit
  const { id, size } = (await (await fetch(begun.headers.get('location') ?? '', put)).json()) as { id: string; size: string }
  expect(size).toBe(String(total))
  let received = 0
  const download = await fetch(`${url}/drive/v3/files/${id}?alt=media&supportsAllDrives=true`, { headers })
  for await (const part of download.body ?? []) received += part.length
  expect(received).toBe(total)
  const grown = (await practice.peakMiB()) - before
  expect(grown).toBeLessThan(160)
}, 60_000)

function zeros(total: number): ReadableStream {
  const chunk = Buffer.alloc(1024 * 1024)
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent === total) return controller.close()
      controller.enqueue(chunk)
      sent += chunk.length
    },
  })
}

test.each([
  [['--seed', 'x'], /^--seed cannot be used: it must be a number\.\n$/],
  [['--items', '500001'], /^--items cannot be used: .*<=500000\.\n$/],
  [['--profile', 'huge'], /^--profile cannot be used: .*office.*\n$/],
  [['--public-url', 'nowhere'], /^--public-url cannot be used: it must be a web address\.\n$/],
  [['--nonsense'], /^Unknown option '--nonsense'\. The flags are: --port --seed .*\n$/],
  [['--port'], /^Option '--port <value>' argument missing\..*\n$/],
])('the command line %j is refused in one sentence', async (flags, sentence) => {
  const { code, said } = await runPractice(...flags)
  expect(said).toMatch(sentence)
  expect(code).toBe(1)
})

test('a port in use is named, with what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { code, said } = await runPractice('--port', String(port), '--items', '10')
  expect(said).toBe(`Port ${port} is in use: stop what listens there, or give another --port (0 takes a free one).\n`)
  expect(code).toBe(1)
  other.close()
})

test('broken keys are named, with what to do', async () => {
  await writeFile(join(folder, 'keys.json'), '{')
  const { code, said } = await runPractice('--data', folder, '--items', '10')
  expect(said).toContain('keys.json is not JSON: delete it to have new keys made')
  expect(code).toBe(1)
})
