import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AlreadyExists, type ObjectStore, StoreUnavailable } from '../../activities/vault/index.ts'
import { openStore } from '../../activities/vault/store/open-store.ts'
import { type ProbeReport, probeStore } from '../../activities/vault/store/probe/probe.ts'
import { probe } from '../../activities/vault-cli/probe.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { systemRandom as random } from '../../db/kit/random.ts'
import { testAzure } from '../support/servers/azure.ts'
import { testGcs } from '../support/servers/gcs.ts'
import { testS3 } from '../support/servers/s3.ts'
import { all, memoryStore } from './support/vaults.ts'

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const said: string[] = []
  const outside = { env, say: (line: string) => said.push(line), note: () => undefined, stop: new AbortController().signal, clock, random }
  const code = await probe.run(args, outside)
  return { code, said }
}
async function reportOf(location: string, env: NodeJS.ProcessEnv = {}) {
  const { code, said } = await run(['--vault', location, '--json'], env)
  return { code, report: JSON.parse(said.join('')) as ProbeReport }
}
const verdicts = ({ findings }: ProbeReport) => Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]))
const safe = ['conditional create', 'racing creates', 'read after write', 'list order', 'ranges', 'large objects', 'removal', 'clock']
const safely = Object.fromEntries(safe.map((check) => [check, 'good']))
const amazonEnv = (s3: Awaited<ReturnType<typeof testS3>>) => ({
  AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
})

test('PRE-01 a bucket with versions and Object Lock has every protection, and the probe leaves one object in it', async () => {
  const s3 = await testS3({ lock: true })
  const { code, report } = await reportOf(`s3://${s3.bucket}/vault?endpoint=${s3.endpoint}&lock=30`, amazonEnv(s3))
  expect(verdicts(report)).toEqual({ ...safely, checksum: 'good', versions: 'good', 'object lock': 'good' })
  expect([code, report.fit]).toEqual([0, true])
  expect(report.latency['create']).toMatchObject({ calls: 20, failures: 0 })
  const { report: again } = await reportOf(`s3://${s3.bucket}/vault?endpoint=${s3.endpoint}`, amazonEnv(s3))
  expect(again.fit).toBe(true)
  const surroundings = { s3: { credentials: s3.credentials }, azure: {}, gcs: {} }
  const store = await openStore(`s3://${s3.bucket}/vault?endpoint=${s3.endpoint}`, { clock, random, surroundings, create: false })
  expect((await all(store.listVersions(''))).map(({ key, deleted }) => [key, deleted])).toEqual([['probe/lock', false]])
})

test('a plain bucket is safe, and what it lacks is said', async () => {
  const s3 = await testS3({ versioned: false })
  const { code, said } = await run(['--vault', `s3://${s3.bucket}?endpoint=${s3.endpoint}`], amazonEnv(s3))
  expect(code).toBe(0)
  expect(said.join('\n')).toMatch(/versions +WITHOUT +The store keeps no versions/)
  expect(said.join('\n')).toMatch(/object lock +WITHOUT/)
  expect(said.at(-1)).toBe('A vault there is safe. What is marked WITHOUT is a protection that it lacks.')
})

test('a container of Azure, a bucket of Google and a folder are safe', async () => {
  const azure = await testAzure()
  const container = `azure://${azure.account}/${azure.containerName}/vault?endpoint=${azure.endpoint}`
  const { report: ofAzure } = await reportOf(container, { AZURE_STORAGE_KEY: azure.credentials.accountKey })
  expect(verdicts(ofAzure)).toMatchObject({ ...safely, checksum: 'good', versions: 'without' })

  const gcs = await testGcs({ versioned: false })
  const { report: ofGoogle } = await reportOf(`gs://${gcs.bucketName}/vault?endpoint=${gcs.endpoint}`)
  expect(verdicts(ofGoogle)).toMatchObject({ ...safely, versions: 'without' })

  const folder = join(await mkdtemp(join(tmpdir(), 'backstop-probe-')), 'vault')
  await mkdir(folder)
  const { report: ofFolder } = await reportOf(folder)
  expect(verdicts(ofFolder)).toMatchObject({ ...safely, checksum: 'without', versions: 'without' })
})

test('a folder that is not there is not made', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'backstop-probe-')), 'slip')
  await expect(run(['--vault', folder])).rejects.toBeInstanceOf(StoreUnavailable)
  expect(existsSync(folder)).toBe(false)
})

test('P4 a bucket that is to lock and cannot is refused', async () => {
  const s3 = await testS3()
  await expect(run(['--vault', `s3://${s3.bucket}?endpoint=${s3.endpoint}&lock=30`], amazonEnv(s3))).rejects.toThrow('has no Object Lock')
})

const careless: Readonly<Record<string, (honest: ObjectStore) => ObjectStore>> = {
  'conditional create': (honest) => ({
    ...honest,
    create: async (key, body) => {
      await honest.remove({ key })
      return honest.create(key, body)
    },
  }),
  'racing creates': (honest) => ({
    ...honest,
    // Looks first, and writes later: what comes between is lost.
    create: async (key, body) => {
      if (await honest.stat({ key }).catch(() => undefined)) throw new AlreadyExists(key)
      await clock.sleep(1)
      await honest.remove({ key })
      return honest.create(key, body)
    },
  }),
  'list order': (honest) => ({
    ...honest,
    async *list(prefix, options) {
      yield* (await all(honest.list(prefix, options))).toReversed()
    },
  }),
  ranges: (honest) => ({ ...honest, read: (address) => honest.read(address) }),
  'large objects': (honest) => ({ ...honest, createFrom: (key) => honest.create(key, Buffer.from('cut')) }),
  removal: (honest) => ({ ...honest, remove: async () => undefined }),
}

test.each(Object.keys(careless))('P12 a store that fails at %s is refused', async (check) => {
  const store = careless[check]?.(memoryStore()) ?? memoryStore()
  const report = await probeStore({ store, clock, random, note: () => undefined })
  expect(verdicts(report)[check]).toBe('unsafe')
  expect(report.fit).toBe(false)
})

test('a store that keeps what was damaged on its way is told to lack a protection', async () => {
  const report = await probeStore({ store: memoryStore(), clock, random, note: () => undefined, sendDamaged: async () => undefined })
  expect(verdicts(report)['checksum']).toBe('without')
  expect(report.fit).toBe(true)
})

test('a store that goes away in the middle is not taken for one that refuses what is damaged', async () => {
  const away = new StoreUnavailable('The store is away.')
  const memory = memoryStore()
  const store: ObjectStore = {
    ...memory,
    create: async (key, body) => {
      if (key.endsWith('/damaged')) throw away
      return memory.create(key, body)
    },
  }
  const sendDamaged = () => Promise.reject(away)
  const report = await probeStore({ store, clock, random, note: () => undefined, sendDamaged })
  expect(report.findings.find(({ check }) => check === 'checksum')).toMatchObject({ verdict: 'unsafe', detail: 'The store is away.' })
})

test('a store whose clock is far away is told so', async () => {
  const late = { ...clock, now: () => new Date(clock.now().getTime() + 3_600_000) }
  const report = await probeStore({ store: memoryStore(), clock: late, random, note: () => undefined })
  expect(report.findings.find(({ check }) => check === 'clock')?.detail).toContain('60 minutes apart')
})

test('the program says what it found and leaves nothing in a folder but its mark', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'backstop-probe-'))
  expect((await run(['--vault', folder])).code).toBe(0)
  expect((await readdir(folder)).filter((name) => name !== '.backstop-tmp' && name !== 'probe')).toEqual([])
})
