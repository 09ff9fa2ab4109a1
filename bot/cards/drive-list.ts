import type { Drive } from '../../db/drives.ts'
import { type DriveStatus, statusLabel, vocabularies } from '../../workflows/policy/vocabulary.ts'
import { button, run } from './buttons.ts'
import type { ActionOf, CardDraft, Meant } from './model.ts'
import { bytes, driveStatusValue, plural, time } from './values.ts'

export type DriveListView = {
  readonly drives: readonly { readonly drive: Drive; readonly status: DriveStatus }[]
  readonly total: number
  readonly neverActivated: number
  /** The filters in use, as arguments of the command. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly more: boolean
  readonly may: { readonly execute: boolean; readonly pause: boolean }
}

const statuses = Object.keys(vocabularies.drive) as DriveStatus[]

/** DRV-01, DRV-02, DRV-03, ACT-02: the drives, to look at and to choose from. */
export function driveListCard(view: DriveListView): CardDraft {
  const { drives, total, filter, neverActivated } = view
  const filtered = filter.text !== undefined || filter.status !== undefined || filter.task !== undefined
  const sentence =
    total === 0
      ? filtered
        ? 'No drive fits. Leave out the filter to see all of them.'
        : 'There is no shared drive yet: add a backup task first.'
      : `${plural(total, 'shared drive')}${filtered ? (total === 1 ? ' fits' : ' fit') : ''}${neverActivated > 0 ? `; ${plural(neverActivated, 'drive has', 'drives have')} never been activated` : ''}.`
  return {
    kind: 'drive-list',
    title: 'Shared drives',
    tone: neverActivated > 0 ? 'warn' : 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'table',
        caption: 'Shared drives',
        columns: [{ label: 'Drive' }, { label: 'Status' }, { label: 'Backup Size', align: 'end' }, { label: 'Last Backup' }],
        rows: drives.map(({ drive, status }) => ({
          value: drive.id,
          cells: [drive.name, driveStatusValue(status), bytes(drive.backupBytes), drive.lastBackupAt ? time(drive.lastBackupAt) : 'never'],
          ...(drive.latestGeneration > 0 && {
            actions: [button('Snapshots', run('snapshots', { drive: drive.id }), { a11yLabel: `Snapshots of ${drive.name}` })],
          }),
        })),
        selection: { name: 'drives', label: 'Drives to act upon', multiple: true },
        empty: 'No drive fits.',
      },
    ],
    actions: actionsOf(view),
  }
}

function actionsOf({ drives, filter, more, may }: DriveListView): ActionOf<Meant>[] {
  // ACT-06: without a selection there is nothing to act upon.
  const requires = { requires: ['drives'] }
  const last = drives.at(-1)?.drive
  return [
    ...(drives.length > 0 && may.execute
      ? [button('Activate', run('activate'), { style: 'primary', ...requires }), button('Back up now', run('backup now'), requires)]
      : []),
    ...(drives.length > 0 && may.pause ? [button('Pause', run('pause'), requires)] : []),
    {
      type: 'select',
      name: 'status',
      label: 'Status',
      intent: run('drives', without(filter, 'status', 'after')),
      ...(typeof filter.status === 'string' && { value: filter.status }),
      options: statuses.map((status) => ({ value: statusLabel('drive', status), label: statusLabel('drive', status) })),
    },
    ...(more && last ? [button('More', run('drives', { ...filter, after: last.id }))] : []),
  ]
}

/** What a selection sends never overrides what its intent says, so the intent leaves it open. */
function without(filter: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !names.includes(name)))
}
