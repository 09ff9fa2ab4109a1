import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client, Connection } from '@temporalio/client'
import { sealCredential } from '../../activities/drive/credential.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { recordDiscovery, setLifecycle } from '../../db/drive-changes.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { loadKeyFile } from '../../db/kit/key-file.ts'
import { newId, systemRandom as random } from '../../db/kit/random.ts'
import { createSealer, type Sealer } from '../../db/kit/seal.ts'
import { createTask } from '../../db/tasks.ts'
import { workerProcess } from '../../temporal.config.ts'
import { type ReadyLine, startPracticeProcess } from '../support/practice-process.ts'
import { type BenchServers, benchServers } from './servers.ts'

export type BenchSystem = {
  readonly db: Database
  readonly databaseUrl: string
  readonly client: Client
  readonly taskQueue: string
  readonly accountId: string
  readonly driveId: string
  readonly workerPid: number
  readonly practice: ReadyLine
  readonly s3: BenchServers['s3']
  stop(): Promise<void>
}

const worker = join(import.meta.dirname, '..', '..', 'activities', 'worker.ts')
const driveScope = 'https://www.googleapis.com/auth/drive'

/** What the practice Drive holds: one drive of plain files, with no quota on it. */
export type World = { readonly items: number; readonly minBytes: number; readonly maxBytes: number }

function practiceFlags({ items, minBytes, maxBytes }: World): readonly string[] {
  const sizes = ['--items', items, '--min-bytes', minBytes, '--max-bytes', maxBytes].map(String)
  return ['--seed', '3', '--drives', '1', '--plain', '--quota-scale', '0', ...sizes]
}

/** What the worker is told besides: where it finds the Drive and the vault, when that is not directly and in a folder. */
export type Surroundings = (practice: ReadyLine, servers: BenchServers) => Promise<NodeJS.ProcessEnv>

/** Practice Drive and worker as the programs that they are, so that each has its own memory and its own event loop. */
export async function startProcesses(world: World, surroundings: Surroundings = async () => ({})): Promise<BenchSystem> {
  const running = new AsyncDisposableStack()
  try {
    return await start(world, surroundings, running)
  } catch (error) {
    await running.disposeAsync()
    throw error
  }
}

/** What is started is told to `running`, which stops it. */
async function start(world: World, surroundings: Surroundings, running: AsyncDisposableStack): Promise<BenchSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'backstop-bench-'))
  running.defer(() => rm(folder, { recursive: true }))
  const servers = await benchServers()
  running.defer(servers.stop)
  const { databaseUrl, temporal } = servers.places
  const practice = await startPracticeProcess(...practiceFlags(world))
  running.defer(async () => void (await practice.stop()))
  const { url, credentialsFile, admins } = practice.ready
  const keyFile = join(folder, 'key.json')
  const sealer = createSealer(await loadKeyFile(keyFile, random), random)
  const db = openDatabase(databaseUrl, { max: 4 })
  running.defer(() => db.close())
  const accountId = await seed(db, sealer, admins[0] ?? '')
  const driveId = await firstDrive(db, accountId, url, practice.ready.adminKey)
  const { workerPid } = await startWorker(running, {
    BACKSTOP_DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_TASK_QUEUE: temporal.taskQueue,
    BACKSTOP_VAULT_DIR: join(folder, 'vault'),
    BACKSTOP_MAIL_DIR: join(folder, 'mail'),
    BACKSTOP_KEY_FILE: keyFile,
    BACKSTOP_DRIVE_URL: url,
    BACKSTOP_SERVICE_ACCOUNT_FILE: credentialsFile,
    BACKSTOP_QUOTA_SCALE: '0',
    ...(await surroundings(practice.ready, servers)),
  })
  const connection = await Connection.connect({ address: temporal.address })
  running.defer(() => connection.close())
  return {
    db,
    databaseUrl,
    client: new Client({ connection, namespace: temporal.namespace }),
    taskQueue: temporal.taskQueue,
    accountId,
    driveId,
    workerPid,
    practice: practice.ready,
    s3: servers.s3,
    stop: () => running.disposeAsync(),
  }
}

async function startWorker(running: AsyncDisposableStack, env: NodeJS.ProcessEnv): Promise<{ readonly workerPid: number }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...workerProcess.nodeFlags, worker], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...workerProcess.env, ...env },
  })
  const gone = once(child, 'exit')
  running.defer(async () => {
    child.kill('SIGTERM')
    await gone
  })
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone])
  if (typeof line !== 'string') throw new Error(`The worker ended with ${line} instead of starting.`)
  return { workerPid: child.pid ?? 0 }
}

const taskId = 'tsk_bench'

/** An account with one task that acts for the domain's admin. */
async function seed(db: Database, sealer: Sealer, admin: string): Promise<string> {
  const accountId = newId(random, 'acc')
  const now = clock.now()
  await ensureAccount(db, { id: accountId, name: 'Bench', now })
  const credential = sealCredential(sealer, accountId, { kind: 'delegation', subject: admin, scopes: [driveScope] })
  await createTask(db, accountId, { id: taskId, name: 'Bench', now, connectedEmail: admin, credential })
  return accountId
}

/** The practice world's first drive, active. */
async function firstDrive(db: Database, accountId: string, url: string, adminKey: string): Promise<string> {
  const answer = await fetch(`${url}/_practice/state`, { headers: { 'x-practice-key': adminKey } })
  const { drives } = (await answer.json()) as { drives: { id: string; name: string }[] }
  const drive = drives[0]
  if (!drive) throw new Error('The practice Drive has no drive.')
  await recordDiscovery(db, accountId, taskId, [{ ...drive, managerReachable: true }], clock.now())
  await setLifecycle(db, accountId, [drive.id], 'active', clock.now())
  return drive.id
}
