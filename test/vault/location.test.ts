import { expect, test } from 'vitest'
import { InvalidInput, InvalidKey } from '../../activities/vault/index.ts'
import { parseLocation } from '../../activities/vault/store/location.ts'

test.each([
  ['/srv/vault', { kind: 'folder', path: '/srv/vault' }],
  ['vault', { kind: 'folder', path: 'vault' }],
  ['file:///srv/a%20b', { kind: 'folder', path: '/srv/a b' }],
  ['s3://acme-backup', { kind: 's3', bucket: 'acme-backup', prefix: '' }],
  ['s3://acme.backup/eu/vault/', { kind: 's3', bucket: 'acme.backup', prefix: 'eu/vault/' }],
  ['s3://acme/v?region=eu-west-1', { kind: 's3', bucket: 'acme', prefix: 'v/', region: 'eu-west-1' }],
  ['s3://acme?endpoint=https://minio.local:9000', { kind: 's3', bucket: 'acme', prefix: '', endpoint: 'https://minio.local:9000' }],
  ['s3://acme?lock=30', { kind: 's3', bucket: 'acme', prefix: '', lock: { mode: 'GOVERNANCE', days: 30 } }],
  ['s3://acme?lock=7&lock-mode=compliance', { kind: 's3', bucket: 'acme', prefix: '', lock: { mode: 'COMPLIANCE', days: 7 } }],
  ['azure://acme/backup', { kind: 'azure', account: 'acme', container: 'backup', prefix: '' }],
  [
    'azure://acme/backup/eu/vault?endpoint=http://127.0.0.1:10000/acme',
    { kind: 'azure', account: 'acme', container: 'backup', prefix: 'eu/vault/', endpoint: 'http://127.0.0.1:10000/acme' },
  ],
  ['gs://acme_backup/vault', { kind: 'gcs', bucket: 'acme_backup', prefix: 'vault/' }],
  ['gs://acme?endpoint=http://localhost:4443', { kind: 'gcs', bucket: 'acme', prefix: '', endpoint: 'http://localhost:4443' }],
])('PRE-01 the location %s is understood', (text, place) => {
  expect(parseLocation(text)).toEqual(place)
})

test.each([
  ['', 'The location of the vault is empty.'],
  ['ftp://acme', 'A vault cannot lie at a ftp:// location.'],
  ['s3://acme?lock=0', 'for how many days each object is locked'],
  ['s3://acme?lock-mode=compliance', 'for how many days each object is locked'],
  ['s3://acme?lock=7&lock-mode=forever', 'is governance, which a person with a special right can lift, or compliance'],
  ['azure://Ac-me/backup', '"Ac-me" cannot be the name of a storage account'],
  ['azure://acme', '"" cannot be the name of a container'],
  ['azure://acme/backup?lock=30', 'has no parameter "lock"'],
  ['gs://a', '"a" cannot be the name of a bucket'],
  ['gs://acme?region=eu', 'has no parameter "region"'],
  ['https://acme.example', 'A vault cannot lie at a https:// location.'],
  ['file://server/vault', 'Write file:///path with three slashes.'],
  ['s3://Acme', '"Acme" cannot be the name of a bucket'],
  ['s3:///vault', '"" cannot be the name of a bucket'],
  ['s3://acme?regoin=x', 'has no parameter "regoin"'],
  ['s3://acme?endpoint=minio:9000', 'must begin with https:// or http://'],
])('the location %j is refused in words', (text, words) => {
  expect(() => parseLocation(text)).toThrow(InvalidInput)
  expect(() => parseLocation(text)).toThrow(words)
})

test('a secret in a location is not repeated', () => {
  const refusal = (() => {
    try {
      parseLocation('s3://AKIA:hunter2@acme/vault')
    } catch (error) {
      return String(error)
    }
    return 'not refused'
  })()
  expect(refusal).toContain('The location of the vault holds credentials.')
  expect(refusal).not.toMatch(/hunter2|AKIA/)
})

test('a prefix that cannot be a key is refused', () => {
  expect(() => parseLocation('s3://acme/a%20b')).toThrow(InvalidKey)
})
