import { expect, test } from 'vitest'
import { ensureAccount, listAccounts } from '../../db/accounts.ts'
import { openDatabase } from '../../db/client.ts'
import { testDatabase } from '../support/servers/database.ts'
import { at, openTestDatabase } from './world.ts'

const db = await openTestDatabase({ max: 2 })

test('both faces of a transaction see the same uncommitted rows, and a rejection takes all of them back', async () => {
  const failing = db.transaction(async (tx) => {
    await ensureAccount(tx, { id: 'acc_gone', name: 'By Prisma', now: at(0) })
    await tx.query("insert into account (id, name, created_at) values ('acc_gone_too', 'By SQL', $1)", [at(0)])
    const names = await tx.query<{ name: string }>('select name from account order by name')
    expect(names.map(({ name }) => name)).toEqual(['By Prisma', 'By SQL'])
    expect((await listAccounts(tx)).map(({ name }) => name)).toEqual(['By Prisma', 'By SQL'])
    expect(await listAccounts(db)).toEqual([])
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  expect(await listAccounts(db)).toEqual([])
})

test('times, bytes, lists and documents are the same by Prisma, by SQL and by SQL in a transaction', async () => {
  const sql = `select $1::timestamptz as time, $2::bytea as bytes, $3::text[] as list, $4::jsonb as document, $5::text as nothing, 7::float8 as number`
  const values = [at(5), Buffer.from('ab'), ['x', 'y'], JSON.stringify({ a: [1] }), undefined]
  const expected = { time: at(5), list: ['x', 'y'], document: { a: [1] }, nothing: null, number: 7 }
  for (const rows of [await db.query<Row>(sql, values), await db.transaction((tx) => tx.query<Row>(sql, values))]) {
    expect(rows).toEqual([{ ...expected, bytes: expect.anything() }])
    expect(Buffer.from(rows[0]?.bytes ?? []).toString()).toBe('ab')
  }
  const account = await ensureAccount(db, { id: 'acc_times', name: 'Times', now: at(5) })
  expect(account.createdAt).toEqual(at(5))
  const [stored] = await db.query<{ epoch: number }>(
    "select extract(epoch from created_at)::float8 as epoch from account where id = 'acc_times'",
  )
  expect(stored?.epoch).toBe(at(5).getTime() / 1_000)
})

type Row = { readonly bytes: Uint8Array }

test('times are right on a server whose time zone is another one', async () => {
  const { url } = await testDatabase()
  const elsewhere = openDatabase(url)
  try {
    await elsewhere.query(`alter database ${new URL(url).pathname.slice(1)} set timezone to 'Asia/Kathmandu'`)
    const fresh = openDatabase(url)
    try {
      await ensureAccount(fresh, { id: 'acc_zone', name: 'Zone', now: at(5) })
      const [row] = await fresh.query<{ epoch: number }>('select extract(epoch from created_at)::float8 as epoch from account')
      expect(row?.epoch).toBe(at(5).getTime() / 1_000)
    } finally {
      await fresh.close()
    }
  } finally {
    await elsewhere.close()
  }
})

test('no process holds more connections than its pool allows', async () => {
  const seen = await Promise.all(
    Array.from({ length: 20 }, () => db.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.01)::text')),
  )
  expect(new Set(seen.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(2)
})

test('a connection that is ended by the server is replaced by the next query', async () => {
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  await db.query(
    'select pg_terminate_backend(pid)::text from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  )
  await expect.poll(() => db.query('select 1 as one').catch((error: Error) => error.message)).toEqual([{ one: 1 }])
  expect(row?.pid).toBeGreaterThan(0)
})

test('P12 a transaction of a process that stands still is ended by the server, so that its locks hold up nobody for long', async () => {
  const db = await openTestDatabase()
  expect(await db.query('show idle_in_transaction_session_timeout')).toEqual([{ idle_in_transaction_session_timeout: '10min' }])
})
