/** Several people of a domain, used in turn against the practice Drive with limits that a few calls meet. */
import { afterEach, expect, test } from 'vitest'
import { driveConnections } from '../../activities/drive/connections.ts'
import { sealCredential, type TaskCredential } from '../../activities/drive/credential.ts'
import { readServiceAccount } from '../../activities/drive/google/app.ts'
import { createQuotaLimiter } from '../../activities/drive/quota/limiter.ts'
import { sharedQuota } from '../../activities/drive/quota/shared-quota.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { quotaStanding } from '../../db/quota.ts'
import { createTask } from '../../db/tasks.ts'
import { at, id, makeWorld, openTestDatabase } from '../db/world.ts'
import { collect } from '../support/wire.ts'
import { hastyClock, type Practice, readScope, startPractice } from './support/practice.ts'

const db = await openTestDatabase()
const sealer = createSealer(new Uint8Array(32).fill(3), systemRandom)
let practice: Practice
afterEach(() => practice.stop())

/** A task that acts as the admin, and with helpers in turn. Our own limits are far away, so that Google's refusals decide. */
async function connected(options: { readonly quotaScale: number; readonly helpers: number; readonly asManagers: boolean }) {
  practice = await startPractice({ world: { seed: 3, items: 120, drives: 1, plain: true }, quotaScale: options.quotaScale })
  const { model } = practice.drive
  const [drive] = model.practice.drives()
  if (!drive) throw new Error('The practice Drive has no drive.')
  const people = model.directory.people.filter(({ email }) => email !== practice.admin).slice(0, options.helpers)
  const members = new Set(
    model.permissions.list({ email: practice.admin }, drive.id, {}).permissions.map(({ emailAddress }) => emailAddress),
  )
  for (const { email } of people.filter((person) => options.asManagers && !members.has(person.email))) {
    const grant = { type: 'user', role: 'organizer', emailAddress: email } as const
    model.permissions.create({ email: practice.admin }, drive.id, grant, { sendNotificationEmail: false })
  }
  const { accountId } = await makeWorld(db)
  const taskId = id('task')
  const credential: TaskCredential = {
    kind: 'delegation',
    subject: practice.admin,
    otherSubjects: [practice.admin.toUpperCase(), ...people.map(({ email }) => email)],
    scopes: [readScope],
  }
  const sealed = sealCredential(sealer, accountId, credential)
  await createTask(db, accountId, { id: taskId, name: 'Delegated', connectedEmail: practice.admin, credential: sealed, now: at(0) })
  const shared = sharedQuota(db)
  const connect = driveConnections({
    db,
    clock: hastyClock,
    random: systemRandom,
    sealer,
    limiter: createQuotaLimiter(shared, hastyClock),
    giveBack: shared.giveBack,
    google: { serviceAccount: readServiceAccount(practice.drive.serviceAccount), rootUrl: practice.drive.url },
  })
  const { source, spent } = await connect(accountId, taskId, new AbortController().signal)
  return { source, spent, accountId, driveId: drive.id, people: people.map(({ email }) => email) }
}

async function files(source: DriveSource, driveId: string): Promise<string[]> {
  const { items } = await source.listItems(driveId)
  return items.flatMap(({ id, sha256Checksum }) => (sha256Checksum ? [id] : []))
}

/** What each person has read out of Drive, by our own books. */
async function readBy(accountId: string): Promise<Record<string, number>> {
  const rows = await quotaStanding(db, accountId)
  return Object.fromEntries(rows.filter(({ key }) => key.startsWith('user:')).map(({ key, egressToday }) => [key.slice(5), egressToday]))
}

test('what one person may not read in a minute, three do in turn, and each is counted for itself', async () => {
  // 0.01 of Google's limits: 16 downloads a minute for each person, 50 for the project.
  const { source, accountId, driveId, people } = await connected({ quotaScale: 0.01, helpers: 2, asManagers: true })
  const ids = (await files(source, driveId)).slice(0, 36)
  expect(ids).toHaveLength(36)
  for (const fileId of ids) expect((await collect((await source.download(fileId)).stream)).length).toBeGreaterThan(0)
  const read = await readBy(accountId)
  expect(Object.keys(read).toSorted()).toEqual([practice.admin, ...people].toSorted())
  for (const bytes of Object.values(read)) expect(bytes).toBeGreaterThan(0)
})

test('a person who is no member of the drive costs a call or two, and nothing is taken for gone', async () => {
  const { source, driveId, people, spent } = await connected({ quotaScale: 0, helpers: 6, asManagers: false })
  const ids = (await files(source, driveId)).slice(0, 30)
  // Membership may come through a group, so the practice Drive itself is asked.
  const sees = (email: string) => {
    try {
      practice.drive.model.drives.get({ email }, driveId)
      return true
    } catch {
      return false
    }
  }
  const outsiders = people.filter((email) => !sees(email))
  expect(outsiders.length).toBeGreaterThan(0)
  const before = spent().calls
  for (const fileId of ids) await collect((await source.download(fileId)).stream)
  const refused = spent().calls - before - ids.length
  expect(refused).toBeGreaterThan(0)
  expect(refused).toBeLessThanOrEqual(outsiders.length)
})
