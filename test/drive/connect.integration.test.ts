import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { exchangeConsent } from '../../activities/drive/connect.ts'
import { markDisconnected } from '../../activities/drive/connection.ts'
import { driveConnections } from '../../activities/drive/connections.ts'
import { discoverDrives } from '../../activities/drive/discover.ts'
import { createQuotaLimiter } from '../../activities/drive/quota/limiter.ts'
import { sharedQuota } from '../../activities/drive/quota/shared-quota.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { addConsent } from '../../db/consents.ts'
import { setLifecycle } from '../../db/drive-changes.ts'
import { driveById, listDrives } from '../../db/drives.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { ensurePerson } from '../../db/people.ts'
import { listTasks, taskById, updateTask } from '../../db/tasks.ts'
import { testDatabase } from '../support/servers/database.ts'
import { hastyClock, type Practice, readScope, startPractice } from './support/practice.ts'

const accountId = 'acc_1'
const redirectUri = 'http://127.0.0.1:4000/oauth/google/callback'
const driveScope = 'https://www.googleapis.com/auth/drive'
const sealer = createSealer(new Uint8Array(32).fill(3), systemRandom)
const clock = systemClock
let practice: Practice
let db: Database

beforeAll(async () => {
  practice = await startPractice({ world: { seed: 3, items: 60, drives: 4 } })
  db = openDatabase((await testDatabase()).url)
  await ensureAccount(db, { id: accountId, name: 'Practice', now: clock.now() })
  await ensurePerson(db, accountId, {
    id: 'person_ada',
    handle: 'ada',
    email: 'ada@practice.example',
    displayName: 'Ada',
    roles: ['admin'],
    now: clock.now(),
  })
})
afterAll(async () => {
  await db.close()
  await practice.stop()
})
beforeEach(() => practice.drive.wire.faults.clear())
afterEach(() => {
  expect(practice.drive.wire.faults.report().neverFired).toEqual([])
})

type Consent = {
  readonly name?: string
  readonly taskId?: string
  readonly email?: string
  readonly scopes?: readonly string[]
  readonly offline?: boolean
  readonly lifeMs?: number
  readonly verifier?: string
}

/** What the bot and Google's page do before the activity: a request, a code, and the code sealed. */
async function consented(consent: Consent = {}) {
  const { name = 'Drives', taskId, email = practice.admin, scopes = [driveScope], offline = true, lifeMs = 600_000 } = consent
  const stateHash = createHash('sha256').update(randomBytes(16)).digest()
  const verifier = randomBytes(32).toString('base64url')
  await addConsent(db, accountId, {
    stateHash,
    personId: 'person_ada',
    taskId,
    taskName: name,
    codeVerifier: sealer.seal(consent.verifier ?? verifier, { purpose: 'code-verifier', accountId }),
    expiresAt: new Date(clock.now().getTime() + lifeMs),
  })
  const challenge = { method: 'S256' as const, value: createHash('sha256').update(verifier).digest('base64url') }
  const code = practice.drive.wire.grants.issueCode({ email, scopes, clientId: practice.app.clientId, redirectUri, offline, challenge })
  const sealedCode = Buffer.from(sealer.seal(code, { purpose: 'authorisation-code', accountId })).toString('base64')
  return { accountId, stateHash: stateHash.toString('hex'), sealedCode, redirectUri }
}

const google = () => ({ oauth: practice.app, rootUrl: practice.drive.url })
const exchange = (input: Awaited<ReturnType<typeof consented>>) => exchangeConsent({ db, clock, sealer, google: google() }, input)
const connect = async (consent?: Consent) => {
  const result = await exchange(await consented(consent))
  if (result.outcome !== 'connected') throw new Error(`The consent was refused: ${result.reason}`)
  return result.taskId
}
const connections = () =>
  driveConnections({
    db,
    clock: hastyClock,
    random: systemRandom,
    sealer,
    limiter: createQuotaLimiter(sharedQuota(db), clock),
    giveBack: sharedQuota(db).giveBack,
    google: google(),
  })
const going = new AbortController().signal
const discover = async (taskId: string) => {
  const { source } = await connections()(accountId, taskId, going)
  return discoverDrives({ db, source, now: clock.now(), onPage: () => undefined }, { accountId, taskId })
}

test('TASK-03 a consent becomes a connected task that remembers who consented', async () => {
  const result = await exchange(await consented({ name: 'Everything' }))
  expect(result).toMatchObject({ outcome: 'connected', created: true })
  const [task] = (await listTasks(db, accountId)).filter(({ name }) => name === 'Everything')
  expect(task).toMatchObject({ connection: 'Connected', connectedEmail: practice.admin, frequency: 'Daily', autoActivate: false })
})

test('P12 the same consent twice makes one task', async () => {
  const input = await consented({ name: 'Once' })
  const first = await exchange(input)
  expect(await exchange(input)).toEqual(first)
  expect((await listTasks(db, accountId)).filter(({ name }) => name === 'Once')).toHaveLength(1)
})

test('P13 neither the code nor the refresh token lies in the database in the clear', async () => {
  await connect({ name: 'Sealed' })
  const [row] = await db.query<{ credential: Buffer }>(`select credential from backup_task where name = 'Sealed'`)
  expect(row?.credential.toString('latin1')).not.toContain('1//')
})

test.each([
  ['expired', { lifeMs: -1 }, /expired/],
  ['without access to Drive', { scopes: ['openid', 'email'] }, /leave every box on the consent page ticked/],
  ['without lasting access', { offline: false }, /for an hour only/],
  ['with a wrong PKCE verifier', { verifier: 'not-the-one' }, /no longer takes this consent/],
])('TASK-02 a consent %s is refused in words, and makes no task', async (_, consent, words) => {
  const before = (await listTasks(db, accountId)).length
  expect(await exchange(await consented({ name: 'Refused', ...consent }))).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(words),
  })
  expect(await listTasks(db, accountId)).toHaveLength(before)
})

test('a consent that was asked for by another account is refused', async () => {
  await ensureAccount(db, { id: 'acc_2', name: 'Other', now: clock.now() })
  const input = await consented({ name: 'Foreign' })
  expect(await exchange({ ...input, accountId: 'acc_2' })).toMatchObject({ outcome: 'refused' })
})

test('a name that is taken meanwhile is refused', async () => {
  await connect({ name: 'Taken' })
  expect(await exchange(await consented({ name: 'Taken' }))).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/of this name/),
  })
})

test('SET-04 SET-05 a disconnected task cannot reach Drive until a new consent, which keeps its settings and drives', async () => {
  const taskId = await connect({ name: 'Comes back' })
  await updateTask(db, accountId, taskId, { frequency: 'Weekly', hourUtc: 5 }, clock.now())
  await discover(taskId)
  const drives = await listDrives(db, accountId, { taskId })

  await markDisconnected(db, { accountId, taskId, reason: 'Google no longer accepts the consent.' }, clock.now())
  expect(await taskById(db, accountId, taskId)).toMatchObject({
    connection: 'Disconnected',
    connectionNote: 'Google no longer accepts the consent.',
  })
  await expect(connections()(accountId, taskId, going)).rejects.toMatchObject({ type: 'GrantRevoked' })

  expect(await exchange(await consented({ taskId, name: 'Comes back', email: 'approver@practice.example' }))).toEqual({
    outcome: 'connected',
    taskId,
    created: false,
  })
  expect(await taskById(db, accountId, taskId)).toMatchObject({
    connection: 'Connected',
    connectionNote: null,
    connectedEmail: 'approver@practice.example',
    frequency: 'Weekly',
    hourUtc: 5,
  })
  expect(await listDrives(db, accountId, { taskId })).toEqual(drives)
})

test('SET-04 a task whose grant was revoked fails as GrantRevoked, with the old access in hand', async () => {
  const taskId = await connect({ name: 'Revoked' })
  const open = connections()
  const { source } = await open(accountId, taskId, going)
  const { drives } = await source.listDrives()
  practice.drive.wire.faults.add([{ method: 'drive.drives.get', call: 1, times: 1, fault: { kind: 'revokeGrant' } }])
  await expect(source.drive(drives[0]?.id ?? '')).rejects.toMatchObject({ type: 'GrantRevoked' })
  const again = await open(accountId, taskId, going)
  await expect(again.source.listDrives()).rejects.toMatchObject({ type: 'GrantRevoked' })
})

test('a new consent takes effect for connections that are open already', async () => {
  const taskId = await connect({ name: 'Replaced', scopes: [readScope] })
  const open = connections()
  const before = await open(accountId, taskId, going)
  await expect(before.target.generateIds(1)).rejects.toMatchObject({ type: 'ScopeMissing' })
  await exchange(await consented({ taskId, name: 'Replaced' }))
  const after = await open(accountId, taskId, going)
  expect(await after.target.generateIds(1)).toHaveLength(1)
})

test('DRV-01 TASK-05 discovery finds every drive of the domain and says which ones a manager can reach', async () => {
  const { model } = practice.drive
  const orphan = model.drives.create({ email: 'ana.costa@practice.example' }, 'orphan', { name: 'Ana alone' }).id
  const read = model.drives.create({ email: 'ana.costa@practice.example' }, 'read', { name: 'Ana lets read' }).id
  model.permissions.create({ email: 'ana.costa@practice.example' }, read, { type: 'user', role: 'reader', emailAddress: practice.admin })
  const taskId = await connect({ name: 'Discovery' })

  const { found, added } = await discover(taskId)
  expect(found).toBe(model.practice.drives().length)
  expect(added).toBe(found - (await listDrives(db, accountId)).filter((drive) => drive.taskId !== taskId).length)
  expect(await driveById(db, accountId, orphan)).toMatchObject({ name: 'Ana alone', managerReachable: false, lifecycle: 'not-active' })
  expect(await driveById(db, accountId, read)).toMatchObject({ managerReachable: false })
  const own = model.drives.create({ email: practice.admin }, 'own', { name: 'Mine' }).id
  expect(await discover(taskId)).toEqual({ found: found + 1, added: 1 })
  expect(await driveById(db, accountId, own)).toMatchObject({ managerReachable: true })
  expect((await taskById(db, accountId, taskId))?.discoveredAt).toBeInstanceOf(Date)
})

test('SET-09 a task that activates new drives does so, and G8 lost access archives nothing', async () => {
  const { model } = practice.drive
  const taskId = await connect({ name: 'Automatic' })
  await updateTask(db, accountId, taskId, { autoActivate: true }, clock.now())
  const driveId = model.drives.create({ email: practice.admin }, 'auto', { name: 'Fresh' }).id
  await discover(taskId)
  expect(await driveById(db, accountId, driveId)).toMatchObject({ lifecycle: 'active' })

  await setLifecycle(db, accountId, [driveId], 'paused', clock.now())
  model.drives.delete({ email: practice.admin }, driveId)
  await discover(taskId)
  expect(await driveById(db, accountId, driveId)).toMatchObject({ lifecycle: 'paused' })
})

test('a person who is no administrator discovers the drives that they are a member of', async () => {
  const { model } = practice.drive
  const ben = 'ben.okafor@practice.example'
  const driveId = model.drives.create({ email: ben }, 'ben', { name: 'Ben' }).id
  const taskId = await connect({ name: 'A member', email: ben })
  const { found } = await discover(taskId)
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(model.practice.drives().length)
  expect(await driveById(db, accountId, driveId)).toMatchObject({ managerReachable: true })
})

test('calls are counted on the access, and the shared buckets are charged under the identity and the project', async () => {
  const taskId = await connect({ name: 'Counted' })
  const { source, spent } = await connections()(accountId, taskId, going)
  await source.listDrives()
  await source.listDrives()
  expect(spent()).toMatchObject({ calls: 2, units: 200 })
  const buckets = await db.query<{ key: string }>('select key from quota_bucket order by key')
  expect(buckets.map(({ key }) => key)).toEqual(expect.arrayContaining([`user:${practice.admin}`, `project:${practice.app.project}`]))
})
