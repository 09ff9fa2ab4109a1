import { expect, test } from 'vitest'
import { parseFaults } from '../../../../activities/drive/simulator/wire/practice/fault-schema.ts'
import { createFaultPlan } from '../../../../activities/drive/simulator/wire/practice/faults.ts'

const error = { kind: 'error', status: 503, reason: 'backendError' } as const

test('a fault hits the n-th call of its method, as often as it says', () => {
  const plan = createFaultPlan()
  plan.add([{ method: 'drive.files.get', call: 2, times: 2, fault: error }])
  const hits = Array.from({ length: 5 }, () => plan.strike('drive.files.get', false).length)
  expect(hits).toEqual([0, 1, 1, 0, 0])
  expect(plan.strike('drive.files.list', false)).toEqual([])
})

test('media calls and others are told apart when the plan asks for it', () => {
  const plan = createFaultPlan()
  plan.add([{ method: 'drive.files.get', media: true, call: 1, times: 1, fault: error }])
  expect(plan.strike('drive.files.get', false)).toEqual([])
  expect(plan.strike('drive.files.get', true)).toEqual([error])
})

test('the report tells which faults fired and which never did', () => {
  const plan = createFaultPlan()
  const [hit, missed] = plan.add([
    { method: 'drive.files.get', call: 1, times: 1, fault: error },
    { method: 'drive.files.get', call: 9, times: 1, fault: error },
  ])
  plan.strike('drive.files.get', false)
  expect(plan.report()).toMatchObject({ fired: [{ id: hit, seen: 1, fired: 1 }], neverFired: [{ id: missed, seen: 1, fired: 0 }] })
  plan.clear()
  expect(plan.report()).toEqual({ fired: [], neverFired: [] })
})

test('a plan is read from JSON with its defaults', () => {
  expect(parseFaults({ method: 'drive.files.list', fault: { kind: 'stalePage' } })).toEqual([
    { method: 'drive.files.list', call: 1, times: 1, fault: { kind: 'stalePage', missing: 1, repeated: 0 } },
  ])
  expect(parseFaults({ faults: [{ method: 'drive.files.get', call: 3, fault: { kind: 'cut', afterBytes: 9 } }] })).toEqual([
    { method: 'drive.files.get', call: 3, times: 1, fault: { kind: 'cut', afterBytes: 9 } },
  ])
})

test.each([
  {},
  { method: 'x', fault: { kind: 'explode' } },
  { method: 'x', fault: { kind: 'cut' } },
  { method: 'x', call: 0, fault: { kind: 'slow', ms: 1 } },
  { faults: [] },
  { method: 'x', fault: { kind: 'slow', ms: 1 }, extra: 1 },
])('the plan %j is refused in words', (value) => {
  expect(() => parseFaults(value)).toThrow(/^The fault plan cannot be read\./)
})
