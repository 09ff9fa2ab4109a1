import { expect, test } from 'vitest'
import { driveStatus } from '../../workflows/policy/drive-status.ts'
import { type StatusKey, statusKey, statusLabel, type Vocabulary, vocabularies } from '../../workflows/policy/vocabulary.ts'

test('DRV-03 the drive statuses are exactly these words', () => {
  expect(Object.values(vocabularies.drive)).toEqual([
    'Not Active',
    'Scheduled',
    'Success',
    'In Process',
    'Failed',
    'Paused',
    'Archived',
    'Partial',
  ])
})

test('JOB-08 the job statuses are exactly these words', () => {
  expect(Object.values(vocabularies.job).sort()).toEqual([
    'Canceled',
    'Failed',
    'In progress',
    'Partially succeeded',
    'Pending',
    'Succeeded',
  ])
})

test('SET-03 the connection has two states, spelled as the indicator shows them', () => {
  expect(vocabularies.connection).toEqual({ connected: 'Connected', disconnected: 'Disconnected' })
})

const everyStatus = (Object.keys(vocabularies) as Vocabulary[]).flatMap((vocabulary) =>
  Object.keys(vocabularies[vocabulary]).map((key) => ({ vocabulary, key })),
)

test.for(everyStatus)('G2 $vocabulary status $key goes to its word and back', ({ vocabulary, key }) => {
  const label = statusLabel(vocabulary, key as StatusKey<typeof vocabulary>)
  expect(statusKey(vocabulary, label)).toBe(key)
  expect(statusKey(vocabulary, label.toUpperCase())).toBe(key)
})

test('G2 the vocabularies do not understand each other where they differ', () => {
  expect(statusKey('drive', 'In progress')).toBeUndefined()
  expect(statusKey('job', 'In Process')).toBeUndefined()
  expect(statusKey('drive', 'Partially succeeded')).toBeUndefined()
  expect(statusKey('job', 'Cancelled')).toBeUndefined()
})

const active = { lifecycle: 'active', running: false, connected: true } as const

test('ACT-03 an active drive that has not run yet is scheduled', () => {
  expect(driveStatus(active)).toBe('scheduled')
})

test('ACT-09 a queued backup shows as in process, not as failed', () => {
  expect(driveStatus({ ...active, running: true, lastOutcome: 'failed' })).toBe('in-process')
})

test('ACT-08 a paused drive shows as paused whatever its last run did', () => {
  expect(driveStatus({ ...active, lifecycle: 'paused', lastOutcome: 'success' })).toBe('paused')
})

test('SET-04 no drive of a disconnected task shows a success', () => {
  expect(driveStatus({ ...active, connected: false, lastOutcome: 'success' })).toBe('failed')
  expect(driveStatus({ ...active, connected: false })).toBe('failed')
  expect(driveStatus({ ...active, connected: false, lastOutcome: 'partial' })).toBe('partial')
})
