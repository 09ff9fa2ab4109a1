import type { Media } from '../../model/requests.ts'
import type { File } from '../../model/resources.ts'
import { wireError } from '../http/errors.ts'
import { fileBody } from './file-body.ts'
import type { Call } from './method.ts'
import { supportsAllDrives } from './shared-drives.ts'

/** `files.create`, with or without bytes that are already in the content store. */
export function createFile(call: Call, json: Readonly<Record<string, unknown>>, media?: Media): File {
  const body = fileBody(json, 'new')
  const parent = body.parents?.[0]
  if (parent !== undefined && !supportsAllDrives(call)) {
    throw wireError(404, 'notFound', `File not found: ${parent}.`, { location: 'fileId', locationType: 'parameter' })
  }
  return call.model.files.create(call.actor, body, media, {
    includeLabels: call.params.list('includeLabels'),
    keepRevisionForever: call.params.flag('keepRevisionForever'),
  })
}

/** `files.update`, with or without new bytes. */
export function updateFile(call: Call, fileId: string, json: Readonly<Record<string, unknown>>, media?: Media): File {
  const options = {
    includeLabels: call.params.list('includeLabels'),
    addParents: call.params.list('addParents'),
    removeParents: call.params.list('removeParents'),
    keepRevisionForever: call.params.flag('keepRevisionForever'),
  }
  return call.model.files.update(call.actor, fileId, fileBody(json, 'update'), options, media)
}
