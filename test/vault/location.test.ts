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
])('PRE-01 the location %s is understood', (text, place) => {
  expect(parseLocation(text)).toEqual(place)
})

test.each([
  ['', 'The location of the vault is empty.'],
  ['gs://acme', 'A vault cannot lie at a gs:// location.'],
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
