import { expect, test } from 'vitest'
import { sharedQuota } from '../../activities/drive/quota/shared-quota.ts'
import { noteQuotaUse } from '../../db/quota.ts'
import { at, id, openTestDatabase } from '../db/world.ts'
import { makeDesk, words } from './desk.ts'

const db = await openTestDatabase()

test('status quota says what is used and left today, for each project and identity of the account, and of no other', async () => {
  const [desk, other] = [await makeDesk(db), await makeDesk(db)]
  const [project, ana, foreign] = [`project:${id('p')}`, `user:ana-${id('x')}`, `user:foreign-${id('x')}`]
  expect((await desk.say(desk.ada, 'status quota')).card.summaryText).toContain('nothing is used')

  const limits = [
    { key: project, unitsPerMinute: 1_000_000, unitsPerDay: 100_000, egressPerDay: 1_000_000 },
    { key: ana, unitsPerMinute: 325_000 },
  ]
  const quota = sharedQuota(db)
  await quota.take(limits, { what: 'units', lane: 'scheduled', least: 200, most: 25_000 })
  await quota.take(limits, { what: 'egress', lane: 'scheduled', least: 1, most: 10_000 })
  await quota.take([{ key: foreign, unitsPerMinute: 325_000 }], { what: 'units', lane: 'scheduled', least: 200, most: 200 })
  await noteQuotaUse(db, desk.accountId, desk.taskId, [project, ana], at(0))
  await noteQuotaUse(db, other.accountId, other.taskId, [foreign, project], at(0))

  const { card } = await desk.say(desk.bo, 'status quota')
  expect(card).toMatchObject({ kind: 'quota', summaryText: 'Of today’s quota 25 % of the units and 1 % of the bytes are used.' })
  const [, table, ends] = card.nodes
  expect(table).toMatchObject({ type: 'table', rows: [{}, {}] })
  expect(words(card)).toContain(ana.slice('user:'.length))
  expect(words(card)).not.toContain('foreign')
  expect(ends).toMatchObject({ type: 'time', label: 'The day ends' })
})
