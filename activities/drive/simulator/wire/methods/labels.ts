import { readTyped } from '../http/typed-body.ts'
import { labelsBody } from './bodies.ts'
import { idOf, type Method, maskOf, render } from './method.ts'

type Modifications = Parameters<Parameters<Method['run']>[0]['model']['files']['modifyLabels']>[2]

export const labelMethods: readonly Method[] = [
  {
    id: 'drive.files.listLabels',
    verb: 'GET',
    path: 'files/{fileId}/listLabels',
    units: 'list',
    access: 'metadata',
    run(call) {
      const mask = maskOf(call, 'LabelList')
      const page = { pageSize: call.params.integer('maxResults', { min: 1, max: 100 }), pageToken: call.params.text('pageToken') }
      return render(call, mask, { kind: 'drive#labelList', ...call.model.files.listLabels(call.actor, idOf(call, 'fileId'), page) })
    },
  },
  {
    id: 'drive.files.modifyLabels',
    verb: 'POST',
    path: 'files/{fileId}/modifyLabels',
    units: 'edit',
    access: 'write metadata',
    async run(call) {
      const mask = maskOf(call, 'ModifyLabelsResponse')
      const { labelModifications = [] } = await readTyped(call.request.body, labelsBody)
      const modified = call.model.files.modifyLabels(call.actor, idOf(call, 'fileId'), labelModifications as Modifications)
      return render(call, mask, { kind: 'drive#modifyLabelsResponse', ...modified })
    },
  },
]
