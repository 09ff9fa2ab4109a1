import type { Drive } from '../../db/drives.ts'
import type { Snapshot } from '../../db/snapshots.ts'
import { button, run } from './buttons.ts'
import type { ActionOf, CardDraft, Meant } from './model.ts'
import { bytes, count, plural, time, utc } from './values.ts'

export type SnapshotListView = {
  readonly drive: Pick<Drive, 'id' | 'name'>
  readonly service: string
  readonly snapshots: readonly Snapshot[]
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly more: boolean
  readonly mayRestore: boolean
}

/** REC-03, REC-04, REC-05: the snapshots within a range, newest first; each can be looked into or restored from. */
export function snapshotListCard(view: SnapshotListView): CardDraft {
  const { drive, snapshots, from, to, more } = view
  const range = from || to ? ` ${from ? `from ${utc(from)}` : ''}${to ? ` to ${utc(to)}` : ''}`.replace(/ +/g, ' ') : ''
  const sentence =
    snapshots.length === 0
      ? `${drive.name} has no snapshot${range ? ` with data changed${range}` : ' yet: back it up first'}.`
      : `${plural(snapshots.length, 'snapshot')} of ${drive.name}${range}${more ? ', and there are older ones' : ''}.`
  return {
    kind: 'snapshot-list',
    title: `Snapshots · ${drive.name}`,
    tone: 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'table',
        caption: `Snapshots of ${drive.name}, newest first`,
        columns: [
          { label: 'Date' },
          { label: 'Service' },
          { label: 'Items', align: 'end' },
          { label: 'Size', align: 'end' },
          { label: 'Changed', align: 'end' },
          { label: 'Result' },
        ],
        rows: snapshots.map((snapshot) => ({
          cells: [
            time(snapshot.committedAt),
            view.service,
            count(snapshot.itemCount),
            bytes(snapshot.totalBytes),
            count(snapshot.changed),
            snapshot.outcome === 'success'
              ? { type: 'status', tone: 'ok', text: 'Success' }
              : { type: 'status', tone: 'warn', text: 'Partial' },
          ],
          actions: actionsOf(view, snapshot),
        })),
        empty: 'No snapshot lies in this range.',
      },
    ],
    actions: moreOf(view),
  }
}

function actionsOf({ drive, mayRestore }: SnapshotListView, { generation, committedAt }: Snapshot) {
  const at = { drive: drive.id, generation }
  return [
    button('Browse', run('browse', at), { a11yLabel: `Browse the snapshot of ${utc(committedAt)}` }),
    ...(mayRestore
      ? [
          button('Restore all', run('restore', { ...at, whole: true }), {
            a11yLabel: `Restore all of ${drive.name} as of ${utc(committedAt)}`,
          }),
        ]
      : []),
  ]
}

function moreOf({ drive, snapshots, from, to, more }: SnapshotListView): ActionOf<Meant>[] {
  const last = snapshots.at(-1)
  const range = { ...(from && { from: from.toISOString() }), ...(to && { to: to.toISOString() }) }
  return [
    button('Choose dates', run('snapshots', { drive: drive.id }), {
      dialog: {
        title: `Snapshots of ${drive.name}`,
        fields: [
          { type: 'date', name: 'from', label: 'Data changed from', ...(from && { value: from.toISOString().slice(0, 10) }) },
          { type: 'date', name: 'to', label: 'To', ...(to && { value: to.toISOString().slice(0, 10) }) },
        ],
        submitLabel: 'Show',
      },
    }),
    ...(more && last ? [button('Older', run('snapshots', { drive: drive.id, ...range, before: last.generation }))] : []),
  ]
}
