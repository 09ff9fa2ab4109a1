import { expect, test } from 'vitest'
import { maskFor } from '../../../activities/drive/simulator/wire/fields/defaults.ts'
import { parseMask } from '../../../activities/drive/simulator/wire/fields/mask.ts'
import { project, selects } from '../../../activities/drive/simulator/wire/fields/project.ts'

const file = {
  kind: 'drive#file',
  id: 'f1',
  name: 'Plan',
  mimeType: 'text/plain',
  driveId: 'd1',
  size: '12',
  properties: { a: '1', b: '2' },
  capabilities: { canEdit: true, canDownload: false },
  permissions: [
    { id: 'p1', role: 'reader' },
    { id: 'p2', role: 'writer' },
  ],
}
const list = { kind: 'drive#fileList', nextPageToken: 'n', files: [file] }

function pick(fields: string | undefined, value: unknown = file) {
  return project(value, maskFor(value === list ? 'FileList' : 'File', fields))
}

test('a mask picks plain, nested and listed fields', () => {
  expect(pick('id,capabilities/canEdit,permissions(role)')).toEqual({
    id: 'f1',
    capabilities: { canEdit: true },
    permissions: [{ role: 'reader' }, { role: 'writer' }],
  })
})

test('a mask reaches through a list and into a free-form map', () => {
  expect(pick('nextPageToken,files(id,properties/a)', list)).toEqual({ nextPageToken: 'n', files: [{ id: 'f1', properties: { a: '1' } }] })
})

test('a star stands for every field at its level', () => {
  expect(pick('*')).toEqual(file)
  expect(pick('files/*', list)).toEqual({ files: [file] })
  expect(pick('capabilities(*)')).toEqual({ capabilities: file.capabilities })
})

test('two masks of one field are joined', () => {
  expect(pick('capabilities/canEdit,capabilities(canDownload),id')).toEqual({ capabilities: file.capabilities, id: 'f1' })
})

test('without a mask a file answers with the default fields of v3', () => {
  expect(pick(undefined)).toEqual({ kind: 'drive#file', id: 'f1', name: 'Plan', mimeType: 'text/plain', driveId: 'd1' })
  expect(pick(undefined, list)).toEqual({
    kind: 'drive#fileList',
    nextPageToken: 'n',
    files: [{ kind: 'drive#file', id: 'f1', name: 'Plan', mimeType: 'text/plain', driveId: 'd1' }],
  })
})

test.each(['nope', 'id,nope', 'capabilities(nope)', 'id/x', 'id(', 'id)', ',', 'files(id', 'id,,name', '()'])(
  'the mask %s is refused with the words of Google',
  (fields) => {
    expect(() => parseMask(fields, 'File')).toThrow(
      expect.objectContaining({ status: 400, reason: 'invalidParameter', message: expect.stringMatching(/^Invalid field selection /) }),
    )
  },
)

test('a mask nested without end is refused, not followed', () => {
  expect(() => parseMask('capabilities('.repeat(10_000), 'File')).toThrow(expect.objectContaining({ reason: 'invalidParameter' }))
})

test('a mask tells whether a costly field is asked for', () => {
  expect(selects(parseMask('files(id)', 'FileList'), 'files', 'capabilities')).toBe(false)
  expect(selects(parseMask('files(capabilities/canEdit)', 'FileList'), 'files', 'capabilities')).toBe(true)
  expect(selects(parseMask('*', 'FileList'), 'files', 'capabilities')).toBe(true)
})
