/** Requests that no sane client sends: each is refused in words, none is a mistake of the server. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { methods } from '../../activities/drive/simulator/wire/methods/index.ts'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { startPracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { accessToken, adminOf } from '../support/practice-drive.ts'

let practice: PracticeDrive
let token: string
let ids: Record<string, string>
const mistakes: unknown[] = []

beforeAll(async () => {
  practice = await startPracticeDrive({ world: { seed: 7, items: 60 }, quotaScale: 0, failed: (error) => mistakes.push(error) })
  token = await accessToken(practice, adminOf(practice))
  const driveId = practice.model.practice.driveByName('Finance') ?? ''
  const actor = { email: adminOf(practice), domainAdmin: true }
  const content = await practice.model.content.put((async function* () {})())
  const file = practice.model.files.create(actor, { name: 'x', parents: [driveId] }, { content, mimeType: 'text/plain' })
  ids = { fileId: file.id, driveId }
})

afterAll(() => practice.stop())

const fields = [
  ...['id', 'name', 'mimeType', 'parents', 'description', 'starred', 'trashed', 'createdTime', 'modifiedTime', 'originalFilename'],
  ...['folderColorRgb', 'properties', 'appProperties', 'shortcutDetails', 'inheritedPermissionsDisabled', 'contentRestrictions'],
  ...['downloadRestrictions', 'copyRequiresWriterPermission', 'type', 'role', 'emailAddress', 'domain', 'expirationTime', 'view'],
  ...['allowFileDiscovery', 'restrictions', 'colorRgb', 'themeId', 'hidden', 'keepForever', 'content', 'action', 'anchor'],
  ...['quotedFileContent', 'labelModifications', 'labelId', 'fieldModifications', 'fieldId', 'setTextValues', 'targetId', 'readOnly'],
]
const parameters = [
  'q',
  'fields',
  'orderBy',
  'pageSize',
  'pageToken',
  'corpora',
  'driveId',
  'count',
  'mimeType',
  'addParents',
  'removeParents',
]
const flags = ['supportsAllDrives', 'includeItemsFromAllDrives', 'useDomainAdminAccess', 'includeDeleted', 'includeRemoved']

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1e99, '', '*', 'true', 'drive', 'reader', 'user', 'file', '2026-01-01T00:00:00Z', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 4 }),
  ),
})).value
const body = fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 5 })
const query = fc.tuple(
  fc.dictionary(
    fc.constantFrom(...parameters),
    fc.oneof(fc.constantFrom('*', 'drive', '1', "name = 'x'", 'name desc'), fc.string({ maxLength: 30 })),
  ),
  fc.subarray(flags, { minLength: 0 }),
)

test('whatever is sent to whatever method, the answer is an answer or a refusal', async () => {
  const request = fc.record({ method: fc.constantFrom(...methods), body, query, known: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, body, query: [texts, set], known }) => {
      fc.pre(!method.id.endsWith('.delete') && method.id !== 'drive.files.emptyTrash')
      const path = method.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((known && ids[name]) || 'x'))
      const search = new URLSearchParams({ ...texts, ...Object.fromEntries(set.map((name) => [name, 'true'])) })
      const bodyless = method.verb === 'GET' || method.verb === 'DELETE'
      const response = await fetch(`${practice.url}/drive/v3/${path}?${search}`, {
        method: method.verb,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(bodyless ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      expect(mistakes.splice(0).map(String), `${method.id} ${search} ${JSON.stringify(body)}`).toEqual([])
      if (response.status >= 400)
        expect(JSON.parse(text)).toMatchObject({ error: { code: response.status, message: expect.stringMatching(/./) } })
    }),
    { numRuns: 1_500, endOnFailure: true },
  )
}, 60_000)
