import type { Drive } from '../../db/drives.ts'
import { folderMimeType, type Item } from '../../db/items.ts'
import type { Snapshot } from '../../db/snapshots.ts'
import { button, run } from './buttons.ts'
import type { ActionOf, CardDraft, Meant } from './model.ts'
import { bytes, plural, short, time, utc } from './values.ts'

export type BrowseView = {
  readonly drive: Pick<Drive, 'id' | 'name'>
  readonly snapshot: Snapshot
  /** The folders on the way to the one that is shown, the topmost first; empty at the top of the drive. */
  readonly trail: readonly Pick<Item, 'itemId' | 'name'>[]
  readonly items: readonly Item[]
  readonly more: boolean
  readonly mayRestore: boolean
}

/** REC-05, REC-06: one folder of a snapshot, folders first; what is chosen can be restored. */
export function browseCard(view: BrowseView): CardDraft {
  const { drive, snapshot, trail, items, more } = view
  const where = [drive.name, ...trail.map(({ name }) => name)].map((name) => short(name, 60)).join(' / ')
  const sentence = `${items.length === 0 ? 'Nothing lies' : `${plural(items.length, 'item')} ${more ? 'and more lie' : items.length === 1 ? 'lies' : 'lie'}`} in ${where} as of ${utc(snapshot.committedAt)}.`
  return {
    kind: 'browse',
    title: where,
    tone: 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: ['Snapshot of ', time(snapshot.committedAt)], look: 'quiet' },
      {
        type: 'table',
        caption: `What lay in ${where}`,
        columns: [{ label: 'Name' }, { label: 'Kind' }, { label: 'Size', align: 'end' }, { label: 'Changed' }],
        rows: items.map((item) => ({
          value: item.itemId,
          cells: [
            item.name,
            kindOf(item.mimeType),
            item.size === null ? '–' : bytes(item.size),
            item.modifiedAt ? time(item.modifiedAt) : '–',
          ],
          ...(item.mimeType === folderMimeType && {
            actions: [
              button('Open', run('browse', { drive: drive.id, generation: snapshot.generation, folder: item.itemId }), {
                a11yLabel: `Open the folder ${item.name}`,
              }),
            ],
          }),
        })),
        selection: { name: 'items', label: 'Items to restore', multiple: true },
        empty: 'Nothing lies here.',
      },
    ],
    actions: actionsOf(view),
  }
}

function actionsOf({ drive, snapshot, trail, items, more, mayRestore }: BrowseView): ActionOf<Meant>[] {
  const at = { drive: drive.id, generation: snapshot.generation }
  const folder = trail.at(-1)
  const up = trail.at(-2)
  const last = items.at(-1)
  return [
    ...(mayRestore ? [button('Restore selected', run('restore', at), { style: 'primary', requires: ['items'] })] : []),
    ...(mayRestore && folder ? [button('Restore this folder', run('restore', { ...at, items: [folder.itemId] }))] : []),
    ...(folder ? [button('Up', run('browse', { ...at, ...(up && { folder: up.itemId }) }))] : []),
    ...(more && last ? [button('More', run('browse', { ...at, ...(folder && { folder: folder.itemId }), after: last.itemId }))] : []),
    ...(folder ? [] : [button('Other snapshots', run('snapshots', { drive: drive.id }))]),
  ]
}

const kinds: Readonly<Record<string, string>> = {
  [folderMimeType]: 'Folder',
  'application/vnd.google-apps.document': 'Google Docs',
  'application/vnd.google-apps.spreadsheet': 'Google Sheets',
  'application/vnd.google-apps.presentation': 'Google Slides',
  'application/vnd.google-apps.drawing': 'Google Drawings',
  'application/vnd.google-apps.form': 'Google Forms',
  'application/vnd.google-apps.shortcut': 'Shortcut',
  'application/pdf': 'PDF',
}

/** A type in words; the type itself when there is no word for it. */
export const kindOf = (mimeType: string): string => kinds[mimeType] ?? mimeType
