import { download } from '../media/download.ts'
import { type Method, maskOf, render } from './method.ts'
import { fileIdOf } from './shared-drives.ts'

export const getFile: Method = {
  id: 'drive.files.get',
  verb: 'GET',
  path: 'files/{fileId}',
  units: 'read',
  access: 'metadata',
  run(call) {
    const mask = maskOf(call, 'File')
    const includeLabels = call.params.list('includeLabels')
    return render(call, mask, call.model.files.get(call.actor, fileIdOf(call), { includeLabels }))
  },
  media: {
    units: 'download',
    access: 'read',
    run(call) {
      const acknowledgeAbuse = call.params.flag('acknowledgeAbuse')
      return download(call.model.files.content(call.actor, fileIdOf(call), { acknowledgeAbuse }), call.request.headers.range)
    },
  },
}
