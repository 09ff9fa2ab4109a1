import './quiet-temporal.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { sealCredential } from '../../activities/drive/credential.ts'
import { discoverDrives } from '../../activities/drive/discover.ts'
import type { GoogleSettings } from '../../activities/drive/google/app.ts'
import type { PracticeOptions } from '../../activities/drive/simulator/wire/start.ts'
import type { Mail } from '../../activities/notify/mailer.ts'
import { startWorker } from '../../activities/start-worker.ts'
import { localKeyFile, openLocalStore } from '../../activities/vault/index.ts'
import { workerDeps } from '../../activities/worker-deps.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { setLifecycle } from '../../db/drive-changes.ts'
import { listDrives } from '../../db/drives.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { loadKeyFile } from '../../db/kit/key-file.ts'
import { newId, systemRandom as random } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { ensurePerson, type Person } from '../../db/people.ts'
import { createTask } from '../../db/tasks.ts'
import { type Practice, startPractice } from '../drive/support/practice.ts'
import { testDatabase } from './servers/database.ts'
import { testTemporal } from './servers/temporal.ts'
import type { TemporalPlace } from './servers/where.ts'
import { workflowBundle } from './workflow-bundle.ts'

export type System = {
  readonly db: Database
  readonly databaseUrl: string
  readonly practice: Practice
  readonly client: Client
  readonly taskQueue: string
  readonly accountId: string
  readonly taskId: string
  readonly people: { readonly ada: Person; readonly bo: Person; readonly cy: Person }
  /** The consent that the task lives on. */
  readonly grantId: string
  /** Where the vault lies on disk. */
  readonly vaultFolder: string
  readonly sealer: ReturnType<typeof createSealer>
  /** The vault as the worker has it open. */
  readonly vault: ReturnType<ReturnType<typeof workerDeps>['vault']>
  readonly mails: readonly Mail[]
  /** What activities have thrown, as it was thrown. */
  readonly thrown: readonly { readonly activity: string; readonly error: unknown }[]
  /** Id of the practice drive of this name; it is active. */
  driveId(name: string): string
  stop(): Promise<void>
}

/** Where a system's servers are. */
export type Places = { readonly databaseUrl: string; readonly temporal: TemporalPlace & { readonly taskQueue: string } }

/** The whole product but its surfaces, on real servers: PostgreSQL, Temporal, a vault on disk, and a practice Drive on the wire. */
export async function startSystem(options: Partial<PracticeOptions> = {}, google: Partial<GoogleSettings> = {}): Promise<System> {
  const { url: databaseUrl } = await testDatabase()
  return startSystemAt({ databaseUrl, temporal: await testTemporal() }, options, google)
}

export async function startSystemAt(
  places: Places,
  options: Partial<PracticeOptions> = {},
  google: Partial<GoogleSettings> = {},
): Promise<System> {
  const { databaseUrl } = places
  const practice = await startPractice(options)
  const db = openDatabase(databaseUrl, { max: 8 })
  const folder = await mkdtemp(join(tmpdir(), 'backstop-system-'))
  const keyFile = join(folder, 'account.key')
  const sealingKey = await loadKeyFile(keyFile, random)
  const sealer = createSealer(sealingKey, random)
  const mails: Mail[] = []
  const thrown: { activity: string; error: unknown }[] = []

  const vaultFolder = join(folder, 'vault')
  const deps = workerDeps({
    db,
    clock,
    random,
    google: { rootUrl: practice.drive.url, oauth: practice.app, unitsPerMinute: { user: Infinity, project: Infinity }, ...google },
    sealingKey,
    store: await openLocalStore({ path: vaultFolder, create: true, random }),
    kms: localKeyFile({ path: keyFile, random }),
    mailer: { send: async (mail) => void mails.push(mail) },
    publicUrl: 'http://backstop.test',
  })
  const { address, namespace, taskQueue } = places.temporal
  const worker = await startWorker({
    temporal: { address, namespace, taskQueue },
    deps,
    report: (activity, error) => thrown.push({ activity, error }),
    workflowBundle: await workflowBundle(),
  })
  const connection = await Connection.connect({ address })

  const seeded = await seed(db, sealer, practice)
  const { source } = await deps.drive(seeded.accountId, seeded.taskId, new AbortController().signal)
  await discoverDrives({ db, source, now: clock.now(), onPage: () => {} }, seeded)
  const drives = await listDrives(db, seeded.accountId)
  await setLifecycle(
    db,
    seeded.accountId,
    drives.map(({ id }) => id),
    'active',
    clock.now(),
  )

  return {
    ...seeded,
    db,
    databaseUrl,
    practice,
    client: new Client({ connection, namespace }),
    taskQueue,
    vaultFolder,
    sealer,
    vault: deps.vault(seeded.accountId),
    mails,
    thrown,
    driveId: (name) => practice.driveNamed(name),
    stop: async () => {
      await worker.stop()
      await connection.close()
      await db.close()
      await practice.stop()
      await rm(folder, { recursive: true })
    },
  }
}

const driveScope = 'https://www.googleapis.com/auth/drive'

async function seed(db: Database, sealer: ReturnType<typeof createSealer>, practice: Practice) {
  const now = clock.now()
  const accountId = newId(random, 'acc')
  const taskId = newId(random, 'tsk')
  await ensureAccount(db, { id: accountId, name: 'Practice', now })
  const person = (handle: string, displayName: string, role: 'admin' | 'approver' | 'on-call') =>
    ensurePerson(db, accountId, { id: newId(random, 'per'), handle, displayName, email: `${handle}@practice.example`, roles: [role], now })
  const people = {
    ada: await person('ada', 'Ada Admin', 'admin'),
    bo: await person('bo', 'Bo Approver', 'approver'),
    cy: await person('cy', 'Cy Oncall', 'on-call'),
  }
  const { grant, refreshToken } = practice.drive.wire.grants.open({
    email: practice.admin,
    scopes: [driveScope],
    clientId: practice.app.clientId,
    redirectUri: 'http://localhost/callback',
    offline: true,
  })
  if (refreshToken === undefined) throw new Error('The practice Drive gave no refresh token.')
  const credential = sealCredential(sealer, accountId, {
    kind: 'refresh-token',
    refreshToken,
    scopes: [driveScope],
  })
  await createTask(db, accountId, { id: taskId, name: 'Main', now, connectedEmail: practice.admin, credential })
  return { accountId, taskId, people, grantId: grant.id }
}
