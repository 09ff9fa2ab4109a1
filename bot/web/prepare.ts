/** Brings the database to its newest schema before it is used, and waits for it as long as it takes. */
import type { Logger } from 'pino'
import { ensureAccount } from '../../db/accounts.ts'
import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { migrate } from '../../db/migrate.ts'
import { ensurePerson, type Role } from '../../db/people.ts'

export type Preparation = {
  readonly databaseUrl: string
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly practicePeople: boolean
  readonly signal: AbortSignal
}

const retryMs = 1_000
/** As long as a start waits for a database before it says that it is ready without one. */
const patienceMs = 5_000

/** Resolves after the first try, or soon. `done` resolves when the database is ready, or when the bot is being stopped. */
export async function keepPreparing(preparation: Preparation): Promise<{ readonly done: Promise<void> }> {
  const { clock, signal } = preparation
  const tried = new AbortController()
  const done = prepareUntilDone(preparation, () => tried.abort())
  await clock.sleep(patienceMs, AbortSignal.any([tried.signal, signal])).catch(() => {})
  return { done }
}

async function prepareUntilDone(preparation: Preparation, tried: () => void): Promise<void> {
  const { databaseUrl, db, clock, log, practicePeople, signal } = preparation
  let said = false
  while (!signal.aborted) {
    try {
      await migrate(databaseUrl)
      if (practicePeople) await seedPracticePeople(db, clock)
      if (said) log.info('the database is ready')
      return
    } catch (error) {
      if (!said) log.warn({ err: error }, 'the database (PostgreSQL) cannot be prepared; it is tried again every second')
      said = true
    } finally {
      tried()
    }
    await clock.sleep(retryMs, signal).catch(() => {})
  }
}

const practiceAccount = 'acc_practice'
const practicePeople: readonly { readonly handle: string; readonly displayName: string; readonly role: Role }[] = [
  { handle: 'ada', displayName: 'Ada Admin', role: 'admin' },
  { handle: 'bo', displayName: 'Bo Approver', role: 'approver' },
  { handle: 'cy', displayName: 'Cy Oncall', role: 'on-call' },
]

/** The company to practise with. People who are there already stay as they are. */
async function seedPracticePeople(db: Database, clock: Clock): Promise<void> {
  const now = clock.now()
  await ensureAccount(db, { id: practiceAccount, name: 'Practice', now })
  for (const { handle, displayName, role } of practicePeople) {
    await ensurePerson(db, practiceAccount, {
      id: `person_practice_${handle}`,
      handle,
      displayName,
      email: `${handle}@practice.example`,
      roles: [role],
      now,
    })
  }
}
