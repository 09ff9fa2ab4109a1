/** Builders for the tests of db/: a database of one's own and an account with people, a task and a drive. */
import { afterAll } from 'vitest'
import { ensureAccount } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { recordDiscovery } from '../../db/drive-changes.ts'
import { createJob, type NewJob } from '../../db/job-requests.ts'
import type { Job } from '../../db/jobs.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { ensurePerson } from '../../db/people.ts'
import { createTask } from '../../db/tasks.ts'
import { testDatabase } from '../support/servers/database.ts'

/** A fixed afternoon, `minutes` after noon. */
export const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 24, 12, minutes))

export const id = (prefix: string): string => newId(systemRandom, prefix)

/** A new database with the newest schema, closed when the file's tests are over. */
export async function openTestDatabase(options: { max?: number } = {}): Promise<Database> {
  const { url } = await testDatabase()
  const db = openDatabase(url, options)
  afterAll(() => db.close())
  return db
}

export type World = {
  readonly accountId: string
  readonly ada: string
  readonly bo: string
  readonly taskId: string
  readonly taskName: string
  readonly driveId: string
}

/** An account as it is after the first consent. Every call makes another, with ids that nobody else has. */
export async function makeWorld(db: Database, name = 'Practice'): Promise<World> {
  const account = await ensureAccount(db, { id: id('acc'), name, now: at(0) })
  const ada = await ensurePerson(db, account.id, person('ada', 'Ada Admin', 'admin'))
  const bo = await ensurePerson(db, account.id, person('bo', 'Bo Approver', 'approver'))
  const task = await createTask(db, account.id, {
    id: id('task'),
    name: 'Everything',
    connectedEmail: 'ada@practice.example',
    credential: Buffer.from('sealed'),
    now: at(0),
  })
  if (!task) throw new Error('The task was not made.')
  const driveId = id('0A')
  await recordDiscovery(db, account.id, task.id, [{ id: driveId, name: 'Finance', managerReachable: true }], at(1))
  return { accountId: account.id, ada: ada.id, bo: bo.id, taskId: task.id, taskName: task.name, driveId }
}

export const person = (handle: string, displayName: string, ...roles: ('admin' | 'approver' | 'on-call')[]) => ({
  id: id('person'),
  handle,
  email: `${handle}@practice.example`,
  displayName,
  roles,
  now: at(0),
})

export const newJob = (world: World, over: Partial<NewJob> = {}): NewJob => ({
  id: id('job'),
  kind: 'restore',
  driveId: world.driveId,
  generation: 1,
  selection: { kind: 'items', itemIds: ['file-1'] },
  destinationDriveId: world.driveId,
  withSharing: true,
  requestedBy: world.ada,
  now: at(10),
  ...over,
})

export async function makeJob(db: Database, world: World, over: Partial<NewJob> = {}): Promise<Job> {
  const job = await createJob(db, world.accountId, newJob(world, over))
  if (!job) throw new Error('The job was not made.')
  return job
}

/** Makes `count` calls at once; the pool decides how many of them PostgreSQL sees at the same time. */
export const times = <Result>(count: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)))
