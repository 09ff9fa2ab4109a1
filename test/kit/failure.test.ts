import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import { temporalFailure, WorkFailure, withFailures } from '../../activities/kit/failure.ts'
import { IntegrityError, StoreUnavailable } from '../../activities/vault/errors.ts'
import { SealBroken } from '../../db/kit/seal.ts'

function applied(error: unknown): ApplicationFailure {
  const failure = temporalFailure(error)
  if (!(failure instanceof ApplicationFailure)) throw new Error(`Expected an ApplicationFailure, got ${failure.name}.`)
  return failure
}

test('a revoked grant is not retried and keeps its type and sentence', () => {
  const failure = applied(new DriveFailure('GrantRevoked', 'Google no longer accepts the consent of this task.'))
  expect(failure).toMatchObject({ type: 'GrantRevoked', nonRetryable: true, message: 'Google no longer accepts the consent of this task.' })
})

test("a rate limit is retried after the time that Google asks for, or after the table's", () => {
  expect(applied(new DriveFailure('RateLimited', 'Slow down.', { retryAfterMs: 7_000 }))).toMatchObject({
    nonRetryable: false,
    nextRetryDelay: 7_000,
  })
  expect(applied(new DriveFailure('RateLimited', 'Slow down.')).nextRetryDelay).toBe(60_000)
})

test('a passing fault is retried by growing pauses', () => {
  const failure = applied(new DriveFailure('TransientProvider', 'Google Drive had a passing fault.'))
  expect(failure.nonRetryable).toBe(false)
  expect(failure.nextRetryDelay).toBeUndefined()
})

const system = (code: string) => Object.assign(new Error(`${code}: it broke`), { code, syscall: 'write' })

test('a vault on a full disk is told apart from one that is out of reach', () => {
  expect(applied(new StoreUnavailable('The disk is full.', { cause: system('ENOSPC') }))).toMatchObject({
    type: 'DiskFull',
    nonRetryable: true,
  })
  expect(applied(new StoreUnavailable('Not writable.', { cause: system('EACCES') }))).toMatchObject({
    type: 'StoreRefused',
    nonRetryable: true,
  })
  expect(applied(new StoreUnavailable('Away.', { cause: system('EIO') }))).toMatchObject({ type: 'StoreUnavailable', nonRetryable: false })
})

test('damage in the vault is never retried', () => {
  expect(applied(new IntegrityError('snap/1.root', 'its seal is broken'))).toMatchObject({ type: 'IntegrityError', nonRetryable: true })
})

test('a database that is away is retried, one on a full disk is not', () => {
  expect(applied(new Error('outer', { cause: system('ECONNREFUSED') }))).toMatchObject({ type: 'DatabaseUnavailable', nonRetryable: false })
  expect(applied(system('53100'))).toMatchObject({ type: 'DiskFull', nonRetryable: true })
})

test('a secret that cannot be opened asks for its key', () => {
  expect(applied(new SealBroken('The stored secret cannot be opened.'))).toMatchObject({ type: 'KeyUnavailable', nonRetryable: true })
})

test('an unknown error is retried, and its words stay out of the history', () => {
  const failure = applied(new TypeError('cannot read Q3 salaries.xlsx', { cause: new Error('secret') }))
  expect(failure).toMatchObject({ type: 'Unknown', nonRetryable: false })
  expect(failure.message).not.toContain('salaries')
  expect(failure.cause).toBeUndefined()
})

test('cancellation and Temporal failures pass through', () => {
  const canceled = new CancelledFailure('canceled')
  expect(temporalFailure(canceled)).toBe(canceled)
  expect(temporalFailure(new DOMException('stopped', 'AbortError'))).toBeInstanceOf(CancelledFailure)
})

test('a plan that has changed says so in words', () => {
  expect(applied(new WorkFailure('PlanChanged', 'Two files are gone.'))).toMatchObject({ type: 'PlanChanged', nonRetryable: true })
  expect(new WorkFailure('PlanChanged', 'Two files are gone.').message).toMatch(
    /^Two files are gone\. What would be done .+ decide again\.$/,
  )
})

test('a wrapped activity reports the real error and throws the clean one', async () => {
  const reported: unknown[] = []
  const error = new Error('the real one')
  const wrapped = withFailures(
    async () => {
      throw error
    },
    (seen) => reported.push(seen),
  )
  await expect(wrapped()).rejects.toMatchObject({ type: 'Unknown' })
  expect(reported).toEqual([error])
})
