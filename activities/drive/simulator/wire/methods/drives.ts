import { noContent } from '../http/exchange.ts'
import { readTyped } from '../http/typed-body.ts'
import { matches } from '../query/match.ts'
import { parseQuery } from '../query/parse.ts'
import { driveSubject } from '../query/subjects.ts'
import { driveVocabulary } from '../query/vocabulary.ts'
import { driveBody } from './bodies.ts'
import { type Call, idOf, type Method, maskOf, render } from './method.ts'

type DrivesApi = Call['model']['drives']

const listDrives: Method = {
  id: 'drive.drives.list',
  verb: 'GET',
  path: 'drives',
  units: 'list',
  access: 'read drives',
  run(call) {
    const mask = maskOf(call, 'DriveList')
    const q = call.params.text('q')
    const query = q === undefined ? undefined : parseQuery(q, driveVocabulary)
    const page = call.model.drives.list(call.actor, {
      ...adminAccess(call),
      pageSize: call.params.integer('pageSize', { min: 1, max: 100 }),
      pageToken: call.params.text('pageToken'),
      matches: query && ((drive) => matches(query, driveSubject(drive))),
    })
    return render(call, mask, { kind: 'drive#driveList', ...page })
  },
}

const createDrive: Method = {
  id: 'drive.drives.create',
  verb: 'POST',
  path: 'drives',
  units: 'edit',
  access: 'manage drives',
  async run(call) {
    const mask = maskOf(call, 'Drive')
    const requestId = call.params.required('requestId')
    const body = (await readTyped(call.request.body, driveBody)) as Parameters<DrivesApi['create']>[2]
    return render(call, mask, call.model.drives.create(call.actor, requestId, body))
  },
}

const updateDrive: Method = {
  id: 'drive.drives.update',
  verb: 'PATCH',
  path: 'drives/{driveId}',
  units: 'edit',
  access: 'manage drives',
  async run(call) {
    const mask = maskOf(call, 'Drive')
    const body = (await readTyped(call.request.body, driveBody)) as Parameters<DrivesApi['update']>[2]
    return render(call, mask, call.model.drives.update(call.actor, idOf(call, 'driveId'), body, adminAccess(call)))
  },
}

export const driveMethods: readonly Method[] = [
  listDrives,
  createDrive,
  updateDrive,
  {
    id: 'drive.drives.get',
    verb: 'GET',
    path: 'drives/{driveId}',
    units: 'read',
    access: 'read drives',
    run: (call) => render(call, maskOf(call, 'Drive'), call.model.drives.get(call.actor, idOf(call, 'driveId'), adminAccess(call))),
  },
  {
    id: 'drive.drives.delete',
    verb: 'DELETE',
    path: 'drives/{driveId}',
    units: 'edit',
    access: 'manage drives',
    run(call) {
      const allowItemDeletion = call.params.flag('allowItemDeletion')
      call.model.drives.delete(call.actor, idOf(call, 'driveId'), { ...adminAccess(call), allowItemDeletion })
      return noContent
    },
  },
  {
    id: 'drive.drives.hide',
    verb: 'POST',
    path: 'drives/{driveId}/hide',
    units: 'edit',
    access: 'manage drives',
    run: (call) => render(call, maskOf(call, 'Drive'), call.model.drives.hide(call.actor, idOf(call, 'driveId'))),
  },
  {
    id: 'drive.drives.unhide',
    verb: 'POST',
    path: 'drives/{driveId}/unhide',
    units: 'edit',
    access: 'manage drives',
    run: (call) => render(call, maskOf(call, 'Drive'), call.model.drives.unhide(call.actor, idOf(call, 'driveId'))),
  },
]

export function adminAccess(call: Call): { readonly useDomainAdminAccess: boolean } {
  return { useDomainAdminAccess: call.params.flag('useDomainAdminAccess') }
}
