import { expect, test } from 'vitest'
import { changeQuota, noteQuotaUse, type QuotaRow, quotaStanding } from '../../db/quota.ts'
import { at, id, makeWorld, openTestDatabase, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const row = (key: string, over: Partial<QuotaRow> = {}): QuotaRow => ({
  key,
  available: 0,
  refilledAt: at(0),
  lanes: {},
  unitsToday: 0,
  egressToday: 0,
  perMinute: null,
  unitsPerDay: null,
  egressPerDay: null,
  ...over,
})

/** Adds to what a row has used today, as a worker would. */
const use = (keys: readonly string[], units: number) =>
  changeQuota(db, keys, (rows) => ({
    rows: keys.map((key, index) => ({ ...(rows[index] ?? row(key)), unitsToday: (rows[index]?.unitsToday ?? 0) + units })),
    result: rows.map((found) => found?.unitsToday),
  }))
const read = (key: string) => changeQuota(db, [key], ([found]) => ({ rows: [], result: found }))

/** The day of the row as if it had been written so many days ago. */
const age = (key: string, days: number) => db.query(`update quota_bucket set day = day - $2::integer where key = $1`, [key, days])

test('two hundred changes at once are all counted', async () => {
  const key = id('user')
  await times(200, () => use([key], 7))
  expect(await read(key)).toMatchObject({ unitsToday: 1_400 })
})

test('changes of the same rows in different orders neither block each other nor lose anything', async () => {
  const [user, project] = [id('user'), id('project')]
  await times(100, (index) => use(index % 2 ? [user, project] : [project, user], 5))
  expect(await read(user)).toMatchObject({ unitsToday: 500 })
  expect(await read(project)).toMatchObject({ unitsToday: 500 })
})

test('a worker that is overtaken while it decides decides again on what the other has left', async () => {
  const key = id('user')
  await use([key], 10)
  const seen: (number | undefined)[] = []
  let first = true
  await changeQuota(db, [key], ([found]) => {
    seen.push(found?.unitsToday)
    return { rows: [row(key, { unitsToday: (found?.unitsToday ?? 0) + 1 })], result: undefined }
  }).catch(() => undefined)
  await changeQuota(
    {
      query: async (text, values) => {
        // Between its reading and its writing another worker writes.
        if (first && text.includes('update quota_bucket')) {
          first = false
          await use([key], 100)
        }
        return db.query(text, values)
      },
    },
    [key],
    ([found]) => {
      seen.push(found?.unitsToday)
      return { rows: [row(key, { unitsToday: (found?.unitsToday ?? 0) + 1 })], result: undefined }
    },
  )
  expect(seen).toEqual([10, 11, 111])
  expect(await read(key)).toMatchObject({ unitsToday: 112 })
})

test('the times are those of the database, and the day ends at midnight in California', async () => {
  const [clock] = await db.query<{ now: Date }>('select clock_timestamp() as now')
  const times = await changeQuota(db, [id('user')], (_, found) => ({ rows: [], result: found }))
  expect(Math.abs(times.now.getTime() - (clock?.now.getTime() ?? 0))).toBeLessThan(2_000)
  const there = (date: Date) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Los_Angeles', dateStyle: 'short', timeStyle: 'medium' }).format(date)
  expect(there(times.dayEndsAt)).toMatch(/ 00:00:00$/)
  expect(there(times.now).slice(0, 10)).toBe(times.day)
  const leftMs = times.dayEndsAt.getTime() - times.now.getTime()
  expect(leftMs).toBeGreaterThan(0)
  expect(leftMs).toBeLessThanOrEqual(25 * 3_600_000)
})

test('a new day begins with what was overdrawn, less a budget for each day since, and else with nothing', async () => {
  const [within, over] = [id('user'), id('user')]
  const write = (key: string, egressToday: number) =>
    times(2, () => changeQuota(db, [key], () => ({ rows: [row(key, { egressToday, egressPerDay: 1_000 })], result: undefined })))
  await write(within, 900)
  await write(over, 3_500)
  await age(within, 1)
  await age(over, 1)
  expect(await read(within)).toMatchObject({ egressToday: 0 })
  expect(await read(over)).toMatchObject({ egressToday: 2_500 })
  await age(over, 2)
  expect(await read(over)).toMatchObject({ egressToday: 500 })
  await age(over, 1)
  expect(await read(over)).toMatchObject({ egressToday: 0 })
})

test('P15 an account sees the limits that its own tasks work with, and no other', async () => {
  const [mine, other] = [await makeWorld(db), await makeWorld(db)]
  const [user, project, foreign] = [`user:${id('x')}`, `project:${id('x')}`, `user:${id('x')}`]
  for (const key of [user, project, foreign]) await use([key], 5)
  await noteQuotaUse(db, mine.accountId, mine.taskId, [user, project], at(0))
  await noteQuotaUse(db, mine.accountId, mine.taskId, [user], at(5))
  await noteQuotaUse(db, other.accountId, other.taskId, [foreign, project], at(0))
  const seen = await quotaStanding(db, mine.accountId)
  expect(seen.map(({ key, unitsToday, taskIds }) => ({ key, unitsToday, taskIds }))).toEqual([
    { key: project, unitsToday: 5, taskIds: [mine.taskId] },
    { key: user, unitsToday: 5, taskIds: [mine.taskId] },
  ])
  expect(await quotaStanding(db, mine.accountId, 'another task')).toEqual([])
})
