import { beforeAll, expect, test } from 'vitest'
import { allows } from '../../../../activities/drive/simulator/wire/auth/scopes.ts'
import { type Method as Described, type DiscoveryDocument, methodsOf } from '../../../../activities/drive/simulator/wire/discovery.ts'
import { methods } from '../../../../activities/drive/simulator/wire/methods/index.ts'
import { driveDiscovery } from '../../../support/discovery.ts'

let described: Map<string, Described>

beforeAll(async () => {
  const document: DiscoveryDocument = await driveDiscovery()
  described = new Map(methodsOf(document.resources).map((method) => [method.id, method]))
})

test('every method has the verb and the path of Google', () => {
  expect(methods.map(({ id, verb, path }) => ({ id, verb, path }))).toEqual(
    methods.map(({ id }) => ({ id, verb: described.get(id)?.httpMethod, path: described.get(id)?.path })),
  )
})

test('every call that a shared-drive program makes is there', () => {
  const missing = [...described.keys()].filter((id) => !methods.some((method) => method.id === id))
  const left = ['accessproposals', 'approvals', 'apps', 'channels', 'teamdrives']
  expect(missing.filter((id) => !left.includes(id.split('.')[1] ?? ''))).toEqual([
    'drive.changes.watch',
    'drive.files.generateCseToken',
    'drive.files.watch',
  ])
})

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

test.each(['drive', 'drive.readonly', 'drive.metadata.readonly', 'drive.metadata'])(
  'a token with %s may call exactly what Google lets it',
  (name) => {
    const mine = methods.filter(({ access }) => access !== 'none' && allows([scope(name)], access)).map(({ id }) => id)
    const googles = methods.filter(({ id }) => described.get(id)?.scopes?.includes(scope(name))).map(({ id }) => id)
    expect(mine.sort()).toEqual(googles.sort())
  },
)
