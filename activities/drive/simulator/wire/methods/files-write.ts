import { readJson } from '../http/body.ts'
import { requiredParameter } from '../http/errors.ts'
import { noContent, type WireAnswer } from '../http/exchange.ts'
import { fileBody } from './file-body.ts'
import { type Call, type Method, maskOf, render } from './method.ts'
import { fileIdOf } from './shared-drives.ts'
import { createFile, updateFile } from './store-file.ts'

const create: Method = {
  id: 'drive.files.create',
  verb: 'POST',
  path: 'files',
  units: 'edit',
  access: 'write',
  async run(call) {
    const mask = maskOf(call, 'File')
    return render(call, mask, createFile(call, await readJson(call.request.body)))
  },
}

const update: Method = {
  id: 'drive.files.update',
  verb: 'PATCH',
  path: 'files/{fileId}',
  units: 'edit',
  access: 'write metadata',
  async run(call) {
    const mask = maskOf(call, 'File')
    const fileId = fileIdOf(call)
    return render(call, mask, updateFile(call, fileId, await readJson(call.request.body)))
  },
}

const copy: Method = {
  id: 'drive.files.copy',
  verb: 'POST',
  path: 'files/{fileId}/copy',
  units: 'edit',
  access: 'write',
  async run(call) {
    const mask = maskOf(call, 'File')
    const fileId = fileIdOf(call)
    const body = fileBody(await readJson(call.request.body), 'new')
    const file = call.model.files.copy(call.actor, fileId, body, {
      includeLabels: call.params.list('includeLabels'),
      keepRevisionForever: call.params.flag('keepRevisionForever'),
      copyComments: call.params.flag('copyComments'),
    })
    return render(call, mask, file)
  },
}

/** Google does not require the drive, but without one the caller's own drive would be meant, which the practice Drive has not. */
function emptyTrash(call: Call): WireAnswer {
  const driveId = call.params.text('driveId')
  if (driveId === undefined) throw requiredParameter('driveId', 'The practice Drive has shared drives only: say which one with driveId.')
  call.model.files.emptyTrash(call.actor, driveId)
  return noContent
}

export const fileWriteMethods: readonly Method[] = [
  create,
  update,
  copy,
  {
    id: 'drive.files.delete',
    verb: 'DELETE',
    path: 'files/{fileId}',
    units: 'edit',
    access: 'write',
    run(call) {
      call.model.files.delete(call.actor, fileIdOf(call))
      return noContent
    },
  },
  { id: 'drive.files.emptyTrash', verb: 'DELETE', path: 'files/trash', units: 'edit', access: 'write', run: emptyTrash },
  {
    id: 'drive.files.generateIds',
    verb: 'GET',
    path: 'files/generateIds',
    units: 'other',
    access: 'write',
    run(call) {
      const mask = maskOf(call, 'GeneratedIds')
      const count = call.params.integer('count', { min: 1, max: 1000 }) ?? 10
      return render(call, mask, { kind: 'drive#generatedIds', ...call.model.files.generateIds(call.actor, count) })
    },
  },
]
