import type { Change } from '../../model/resources.ts'
import { staleEntries } from '../practice/stale-page.ts'
import { type Call, type Method, maskOf, render } from './method.ts'
import { feedScope, supportRequired, supportsAllDrives } from './shared-drives.ts'

const listChanges: Method = {
  id: 'drive.changes.list',
  verb: 'GET',
  path: 'changes',
  units: 'list',
  access: 'metadata',
  run(call) {
    const mask = maskOf(call, 'ChangeList')
    const { params } = call
    const { changes, ...tokens } = call.model.changes.list(call.actor, {
      ...feedScope(call),
      pageToken: params.required('pageToken'),
      pageSize: params.integer('pageSize', { min: 1, max: 1000 }) ?? 100,
      includeRemoved: params.text('includeRemoved') === undefined || params.flag('includeRemoved'),
      includeLabels: params.list('includeLabels'),
    })
    return render(call, mask, { kind: 'drive#changeList', ...tokens, changes: staleEntries(call.faults, changes).map(withFormerNames) })
  },
}

/** v3 still sends the former names of two fields beside the present ones. */
function withFormerNames(change: Change) {
  const { driveId } = change
  return { ...change, type: change.changeType, ...(driveId !== undefined && change.changeType === 'drive' ? { teamDriveId: driveId } : {}) }
}

function startPageToken(call: Call) {
  const driveId = call.params.text('driveId') ?? call.params.text('teamDriveId')
  if (driveId !== undefined && !supportsAllDrives(call)) throw supportRequired()
  const token = call.model.changes.getStartPageToken(call.actor, { driveId })
  return render(call, maskOf(call, 'StartPageToken'), { kind: 'drive#startPageToken', startPageToken: token })
}

export const changeMethods: readonly Method[] = [
  listChanges,
  {
    id: 'drive.changes.getStartPageToken',
    verb: 'GET',
    path: 'changes/startPageToken',
    units: 'read',
    access: 'metadata',
    run: startPageToken,
  },
]
