import { noContent } from '../http/exchange.ts'
import { readTyped } from '../http/typed-body.ts'
import { permissionBody } from './bodies.ts'
import { adminAccess } from './drives.ts'
import { idOf, type Method, maskOf, render } from './method.ts'
import { fileIdOf } from './shared-drives.ts'

const list: Method = {
  id: 'drive.permissions.list',
  verb: 'GET',
  path: 'files/{fileId}/permissions',
  units: 'list',
  access: 'metadata',
  run(call) {
    const mask = maskOf(call, 'PermissionList')
    const page = call.model.permissions.list(call.actor, fileIdOf(call), {
      ...adminAccess(call),
      pageSize: call.params.integer('pageSize', { min: 1, max: 100 }),
      pageToken: call.params.text('pageToken'),
    })
    return render(call, mask, { kind: 'drive#permissionList', ...page })
  },
}

const create: Method = {
  id: 'drive.permissions.create',
  verb: 'POST',
  path: 'files/{fileId}/permissions',
  units: 'edit',
  access: 'write',
  async run(call) {
    const mask = maskOf(call, 'Permission')
    const fileId = fileIdOf(call)
    const body = await readTyped(call.request.body, permissionBody)
    // Google mails people unless told not to, so an absent parameter is not a `false`; for a domain or anyone it must be absent.
    const sendNotificationEmail =
      call.params.text('sendNotificationEmail') === undefined ? undefined : call.params.flag('sendNotificationEmail')
    return render(call, mask, call.model.permissions.create(call.actor, fileId, body, { ...adminAccess(call), sendNotificationEmail }))
  },
}

const update: Method = {
  id: 'drive.permissions.update',
  verb: 'PATCH',
  path: 'files/{fileId}/permissions/{permissionId}',
  units: 'edit',
  access: 'write',
  async run(call) {
    const mask = maskOf(call, 'Permission')
    const fileId = fileIdOf(call)
    const options = { ...adminAccess(call), removeExpiration: call.params.flag('removeExpiration') }
    const body = await readTyped(call.request.body, permissionBody)
    return render(call, mask, call.model.permissions.update(call.actor, fileId, idOf(call, 'permissionId'), body, options))
  },
}

export const permissionMethods: readonly Method[] = [
  list,
  create,
  update,
  {
    id: 'drive.permissions.get',
    verb: 'GET',
    path: 'files/{fileId}/permissions/{permissionId}',
    units: 'read',
    access: 'metadata',
    run(call) {
      const permission = call.model.permissions.get(call.actor, fileIdOf(call), idOf(call, 'permissionId'), adminAccess(call))
      return render(call, maskOf(call, 'Permission'), permission)
    },
  },
  {
    id: 'drive.permissions.delete',
    verb: 'DELETE',
    path: 'files/{fileId}/permissions/{permissionId}',
    units: 'edit',
    access: 'write',
    run(call) {
      call.model.permissions.delete(call.actor, fileIdOf(call), idOf(call, 'permissionId'), adminAccess(call))
      return noContent
    },
  },
]
