import { beforeAll, expect, test } from 'vitest'
import { type DiscoveryDocument, type Judge, judgeBy, type Schema } from '../../../activities/drive/simulator/wire/discovery.ts'
import { type ResourceName, resourceNames, shapeOf } from '../../../activities/drive/simulator/wire/fields/shapes.ts'
import { driveDiscovery } from '../../support/discovery.ts'

let document: DiscoveryDocument
let judge: Judge

beforeAll(async () => {
  document = await driveDiscovery()
  judge = judgeBy(document)
})

test('the judge lets a right answer pass', () => {
  const file = { kind: 'drive#file', id: 'a', size: '12', createdTime: '2026-01-01T00:00:00.000Z', properties: { x: '1' } }
  expect(judge.response('drive.files.get', file)).toEqual([])
  expect(judge.response('drive.files.list', { files: [file], incompleteSearch: false })).toEqual([])
  expect(judge.response('drive.files.delete', undefined)).toEqual([])
})

test.each([
  [{ nmae: 'x' }, 'File has no field nmae.'],
  [{ size: 12 }, 'File.size must be int64, not 12.'],
  [{ trashed: 'false' }, 'File.trashed must be boolean, not "false".'],
  [{ createdTime: '2026-01-01' }, 'File.createdTime must be date-time, not "2026-01-01".'],
  [{ parents: 'x' }, 'File.parents must be a list, not "x".'],
  [{ owners: [{ mail: 'x' }] }, 'File.owners[0] has no field mail.'],
  [{ properties: { a: 1 } }, 'File.properties.a must be string, not 1.'],
  [{ capabilities: null }, 'File.capabilities must be an object, not null.'],
])('the judge refuses %j', (file, complaint) => {
  expect(judge.response('drive.files.get', file)).toEqual([complaint])
})

test('the judge refuses a parameter that Google does not have, and a body where there is none', () => {
  expect(judge.request('drive.files.list', ['q', 'fields', 'pageSize', 'supportsAllDrives'])).toEqual([])
  expect(judge.request('drive.revisions.list', ['supportsAllDrives'])).toEqual(['drive.revisions.list has no parameter supportsAllDrives.'])
  expect(judge.request('drive.files.shred', [])).toEqual([`Google's document has no method drive.files.shred.`])
  expect(judge.response('drive.files.delete', {})).toEqual(['drive.files.delete answers without a body.'])
})

test('the table of fields that masks are checked by is that of Google', () => {
  for (const name of Object.keys(document.schemas)) {
    if (!resourceNames.includes(name as ResourceName)) continue
    compareShape(name as ResourceName, document.schemas[name] ?? {})
  }
})

function compareShape(name: ResourceName, schema: Schema): void {
  const shape = shapeOf(name)
  expect([...shape.keys()].sort(), name).toEqual(Object.keys(schema.properties ?? {}).sort())
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    const held = property.type === 'array' ? (property.items ?? {}) : property
    const below = shape.get(field) ?? 'leaf'
    if (held.$ref) expect(below, `${name}.${field}`).toBe(held.$ref)
    else if (held.properties) compareShape(below as ResourceName, held)
    else expect(below, `${name}.${field}`).toBe(held.type === 'object' || held.type === 'any' ? 'map' : 'leaf')
  }
}
