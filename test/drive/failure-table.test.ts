import { expect, test } from 'vitest'
import { failureTable, failureType } from '../../activities/drive/failure-table.ts'

test.each([
  [403, 'userRateLimitExceeded', 'RateLimited'],
  [403, 'rateLimitExceeded', 'RateLimited'],
  [429, undefined, 'RateLimited'],
  [403, 'dailyLimitExceeded', 'QuotaExceeded'],
  [403, 'exportSizeLimitExceeded', 'ExportTooLarge'],
  [403, 'cannotDownloadAbusiveFile', 'Abusive'],
  [403, 'cannotDownloadFile', 'Blocked'],
  [403, 'fileNotDownloadable', 'NotDownloadable'],
  [403, 'teamDriveFileLimitExceeded', 'ItemLimit'],
  [403, 'teamDriveDomainUsersOnlyRestriction', 'SharingRefused'],
  [403, 'sharingRateLimitExceeded', 'SharingRefused'],
  [400, 'invalid_grant', 'GrantRevoked'],
  [401, 'authError', 'GrantRevoked'],
  [403, 'insufficientPermissions', 'ScopeMissing'],
  [403, 'insufficientFilePermissions', 'AccessLost'],
  [404, 'notFound', 'NotFound'],
  [409, undefined, 'Conflict'],
  [500, 'internalError', 'TransientProvider'],
  [503, undefined, 'TransientProvider'],
] as const)('%s %s is %s', (status, reason, type) => {
  expect(failureType({ status, reason })).toBe(type)
})

test('a wrong page token is told apart from other wrong values', () => {
  expect(failureType({ status: 400, reason: 'invalid', location: 'pageToken' })).toBe('InvalidPageToken')
  expect(failureType({ status: 400, reason: 'invalid', location: 'q' })).toBe('InvalidRequest')
})

test('unknown means retry', () => {
  expect(failureType({ status: 403, reason: 'somethingNewFromGoogle' })).toBe('TransientProvider')
  expect(failureType({ status: 418 })).toBe('TransientProvider')
})

test('no line of the table is hidden behind an earlier one', () => {
  for (const [at, row] of failureTable.entries()) {
    const samples = (row.reasons ?? [undefined]).map((reason) => ({
      status: row.status === '5xx' ? 502 : row.status,
      reason,
      location: row.location,
    }))
    for (const sample of samples) expect(failureType(sample), `line ${at + 1}: ${JSON.stringify(sample)}`).toBe(row.type)
  }
})
