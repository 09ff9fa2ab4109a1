import { expect, test } from 'vitest'
import { createLedger } from '../../../../activities/drive/simulator/wire/practice/ledger.ts'

function setUp() {
  const ledger = createLedger()
  const call = (method: string, units: number, status = 200) =>
    ledger.record({ at: '2026-03-01T08:00:00.000Z', method, user: 'ana@practice.example', status, units }, { in: 10, out: 20 })
  return { ledger, call }
}

test('calls and units are counted by method and in total', () => {
  const { ledger, call } = setUp()
  call('drive.files.list', 100)
  call('drive.files.list', 100)
  call('drive.files.get:media', 200, 404)
  ledger.sent('drive.files.get:media', 1_000)
  expect(ledger.report()).toMatchObject({
    total: { calls: 3, units: 400, errors: 1, bytesIn: 30, bytesOut: 1_060 },
    methods: {
      'drive.files.get:media': { calls: 1, units: 200, errors: 1, bytesIn: 10, bytesOut: 1_020 },
      'drive.files.list': { calls: 2, units: 200, errors: 0, bytesIn: 20, bytesOut: 40 },
    },
  })
})

test('a marker shows only what came after it', () => {
  const { ledger, call } = setUp()
  call('drive.files.list', 100)
  const marker = ledger.report()?.marker
  expect(ledger.report(marker)).toMatchObject({ total: { calls: 0, units: 0 }, methods: {} })
  call('drive.changes.list', 100)
  expect(ledger.report(marker)).toMatchObject({ total: { calls: 1, units: 100 }, methods: { 'drive.changes.list': { calls: 1 } } })
})

test('a reset forgets everything, its markers too', () => {
  const { ledger, call } = setUp()
  call('drive.files.list', 100)
  const marker = ledger.report()?.marker
  ledger.reset()
  expect(ledger.report()).toMatchObject({ total: { calls: 0 }, methods: {}, latest: [] })
  expect(ledger.report(marker)).toBeUndefined()
})

test('the latest calls are kept, and not without end', () => {
  const { ledger, call } = setUp()
  for (let at = 0; at < 1_000; at += 1) call('drive.files.get', at)
  const latest = ledger.report()?.latest ?? []
  expect(latest.length).toBe(200)
  expect(latest.at(-1)).toMatchObject({ units: 999 })
})
