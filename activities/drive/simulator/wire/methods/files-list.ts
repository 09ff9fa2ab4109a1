import type { File } from '../../model/resources.ts'
import { selects } from '../fields/project.ts'
import { staleEntries } from '../practice/stale-page.ts'
import { matches, requiredIn } from '../query/match.ts'
import { parseOrder } from '../query/order.ts'
import { parseQuery } from '../query/parse.ts'
import { fileSubject } from '../query/subjects.ts'
import { fileVocabulary } from '../query/vocabulary.ts'
import { type Call, type Method, maskOf, render } from './method.ts'
import { listScope } from './shared-drives.ts'

export const listFiles: Method = {
  id: 'drive.files.list',
  verb: 'GET',
  path: 'files',
  units: 'list',
  access: 'metadata',
  run(call) {
    const mask = maskOf(call, 'FileList')
    const { files, nextPageToken, incompleteSearch } = call.model.files.list(call.actor, listArguments(call))
    return render(call, mask, {
      kind: 'drive#fileList',
      incompleteSearch,
      nextPageToken,
      files: selects(mask, 'files') ? staleEntries(call.faults, files) : undefined,
    })
  },
}

function listArguments(call: Call) {
  const { params, model, actor } = call
  const scope = listScope(call)
  const q = params.text('q')
  const orderBy = params.text('orderBy')
  const query = q === undefined ? undefined : parseQuery(q, fileVocabulary)
  return {
    ...scope,
    pageSize: params.integer('pageSize', { min: 1, max: 1000 }) ?? 100,
    pageToken: params.text('pageToken'),
    includeLabels: params.list('includeLabels'),
    matches: query && ((file: File) => matches(query, fileSubject(file, actor, model))),
    parentId: query && requiredIn(query, 'parents'),
    compare: orderBy === undefined ? undefined : parseOrder(orderBy),
    fingerprint: JSON.stringify([scope, q, orderBy]),
  }
}
