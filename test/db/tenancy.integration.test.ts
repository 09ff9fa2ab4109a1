/** P15, below everything else: what one account asks for with the ids of another is not there, and what it writes does not reach it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ensureAccount } from '../../db/accounts.ts'
import type { Sql, Transaction } from '../../db/client.ts'
import { checkout } from '../architecture/source-tree.ts'
import { backupCases } from './tenancy/backup-cases.ts'
import { type Case, withoutAccount } from './tenancy/cases.ts'
import { type FullWorld, makeFullWorld } from './tenancy/full-world.ts'
import { peopleCases } from './tenancy/people-cases.ts'
import { upkeepCases } from './tenancy/upkeep-cases.ts'
import { vaultCases } from './tenancy/vault-cases.ts'
import { workCases } from './tenancy/work-cases.ts'
import { at, id, openTestDatabase } from './world.ts'

const db = await openTestDatabase()
const cases: Readonly<Record<string, Case>> = { ...backupCases, ...peopleCases, ...upkeepCases, ...vaultCases, ...workCases }

let owner: FullWorld
let stranger: string
let tables: readonly string[]

beforeAll(async () => {
  owner = await makeFullWorld(db)
  stranger = (await ensureAccount(db, { id: id('acc'), name: 'Stranger', now: at(0) })).id
  const rows = await db.query<{ name: string }>(
    "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'account_id' order by 1",
  )
  tables = rows.map(({ name }) => name)
})

test('P15 every function of db is either proven here or has no account to be given', async () => {
  const files = readdirSync(join(checkout, 'db')).filter((name) => name.endsWith('.ts'))
  const modules = await Promise.all(
    files.map(async (name) => [name.slice(0, -3), await import(`../../db/${name.slice(0, -3)}.ts`)] as const),
  )
  const functions = modules.flatMap(([name, module]) =>
    Object.entries(module).flatMap(([key, value]) => (typeof value === 'function' ? [`${name}.${key}`] : [])),
  )
  expect(functions.sort()).toEqual([...Object.keys(cases), ...Object.keys(withoutAccount)].sort())
})

test('P15 the account of these tests has rows in every table that belongs to an account', async () => {
  const withRows = (await rowsOf(db, owner.accountId)).map(({ table }) => table)
  expect(tables.filter((table) => !withRows.includes(table))).toEqual(['approval_vote'])
})

describe.each(Object.keys(cases))('%s', (name) => {
  const found = cases[name]
  const { ask, fresh = {}, told, leaks } = typeof found === 'function' ? { ask: found } : (found ?? { ask: async () => undefined })

  const foreign = leaks === undefined ? test : test.fails

  foreign('P15 gives another account nothing and changes nothing', async () => {
    const before = await rowsOf(db, owner.accountId)
    await undone(async (tx) => {
      const answer = await ask(tx, stranger, owner).catch(() => 'refused' as const)
      if (answer === 'refused') return
      if (told) expect(answer).toEqual(told.value)
      else expect(isNothing(answer), `the other account was told ${JSON.stringify(answer)}`).toBe(true)
      expect(await rowsOf(tx, owner.accountId)).toEqual(before)
    })
  })

  test('gives its own account something, or changes something', async () => {
    const before = await rowsOf(db, owner.accountId)
    await undone(async (tx) => {
      const answer = await ask(tx, owner.accountId, { ...owner, ...fresh })
      if (told) expect(answer).not.toEqual(told.value)
      else if (isNothing(answer)) expect(await rowsOf(tx, owner.accountId)).not.toEqual(before)
    })
  })
})

/** Runs `work` in a transaction and takes back whatever it has done. */
async function undone(work: (tx: Transaction) => Promise<void>): Promise<void> {
  const enough = new Error('enough')
  const running = db.transaction(async (tx) => {
    await work(tx)
    throw enough
  })
  await running.catch((error: unknown) => {
    if (error !== enough) throw error
  })
}

/** Everything that an account has, as text. */
async function rowsOf(sql: Sql, accountId: string): Promise<{ table: string; row: string }[]> {
  const each = tables.map((name) => `select '${name}' as "table", to_jsonb(t)::text as row from ${name} t where account_id = $1`)
  return sql.query(`${each.join(' union all ')} union all select 'account', to_jsonb(t)::text from account t where id = $1 order by 1, 2`, [
    accountId,
  ])
}

/** No answer, no rows, no number above zero; and a record of nothing but those. */
function isNothing(answer: unknown): boolean {
  if (answer instanceof Map) return answer.size === 0
  if (typeof answer === 'object' && answer !== null) return !(answer instanceof Date) && Object.values(answer).every(isNothing)
  return !answer
}
