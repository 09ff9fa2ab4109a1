import type { Drive } from '../../db/drives.ts'
import type { Item } from '../../db/items.ts'
import type { Snapshot } from '../../db/snapshots.ts'
import { kindOf } from './browse.ts'
import { button, run } from './buttons.ts'
import type { CardDraft, FormField } from './model.ts'
import { bytes, namesInWords, plural, time, utc } from './values.ts'

/** RES-02. */
export const labelMax = 50

export type RestoreFormView = {
  readonly drive: Pick<Drive, 'id' | 'name'>
  readonly snapshot: Snapshot
  /** What was chosen; undefined stands for the whole drive. */
  readonly items?: readonly { readonly item: Item; readonly path: string }[] | undefined
  /** Where it can go: the drives that Backstop knows. */
  readonly destinations: readonly Pick<Drive, 'id' | 'name'>[]
  readonly given: {
    readonly to?: string
    readonly folder?: string
    readonly sharing: 'keep' | 'none'
    readonly label?: string
    readonly reason?: string
  }
  readonly errors?: Readonly<Record<string, string>>
}

/** RES-01…05: what is about to be restored, from which archive, where to and how. Nothing starts before OK and an approval. */
export function restoreFormCard(view: RestoreFormView): CardDraft {
  const { drive, snapshot, items } = view
  const what = items === undefined ? `all ${plural(snapshot.itemCount, 'item')}` : namesInWords(items.map(({ item }) => item.name))
  const sentence = `You are about to restore items from the archive of ${drive.name}: ${what}, as of ${utc(snapshot.committedAt)}. Nothing starts before OK and the approval of another person.`
  const errors = Object.values(view.errors ?? {})
  return {
    kind: 'restore-form',
    title: `Restore from the archive of ${drive.name}`,
    tone: errors.length > 0 ? 'fail' : 'info',
    summaryText: errors.length > 0 ? `${errors.join(' ')} ${sentence}` : sentence,
    nodes: [
      { type: 'text', text: `You are about to restore items from the archive of ${drive.name}.` },
      {
        type: 'fields',
        fields: [{ label: 'Snapshot', value: time(snapshot.committedAt) }],
      },
      items === undefined
        ? { type: 'text', text: `The whole drive: ${plural(snapshot.itemCount, 'item')}.` }
        : {
            type: 'table',
            caption: 'What will be restored',
            columns: [{ label: 'Item' }, { label: 'Kind' }, { label: 'Size', align: 'end' }],
            rows: items.map(({ item, path }) => ({ cells: [path, kindOf(item.mimeType), item.size === null ? '–' : bytes(item.size)] })),
          },
    ],
    form: {
      fields: fieldsOf(view),
      submit: button('OK', run('restore', { ...chosen(view), confirmed: true }), {
        style: 'primary',
        a11yLabel: `Ask to restore from ${drive.name}`,
      }),
    },
    actions: [
      button('Cancel', run('dismiss')),
      button('Choose other items', run('browse', { drive: drive.id, generation: snapshot.generation })),
    ],
    footer: 'Nothing that is in Drive now is overwritten.',
  }
}

function chosen({ drive, snapshot, items }: RestoreFormView): Record<string, unknown> {
  const what = items === undefined ? { whole: true } : { items: items.map(({ item }) => item.itemId) }
  return { drive: drive.id, generation: snapshot.generation, ...what }
}

function fieldsOf({ drive, destinations, given, errors = {} }: RestoreFormView): FormField[] {
  const error = (name: string) => (errors[name] === undefined ? {} : { error: errors[name] })
  const others = destinations.filter(({ id }) => id !== drive.id).map(({ id, name }) => ({ value: id, label: name }))
  return [
    {
      type: 'text',
      name: 'label',
      label: 'Job label (optional)',
      hint: 'Tells jobs apart',
      maxLength: labelMax,
      ...(given.label !== undefined && { value: given.label }),
      ...error('label'),
    },
    {
      type: 'choice',
      name: 'to',
      label: 'Restore to',
      look: 'list',
      required: true,
      value: given.to ?? drive.id,
      options: [{ value: drive.id, label: `${drive.name} (original place)` }, ...others],
      optionsSource: 'drives',
      ...error('to'),
    },
    {
      type: 'text',
      name: 'folder',
      label: 'Folder there (optional)',
      hint: 'The address of a folder in that drive; without it, the original place or the top of the other drive',
      ...(given.folder !== undefined && { value: given.folder }),
      ...error('folder'),
    },
    {
      type: 'choice',
      name: 'sharing',
      label: 'Method',
      look: 'radio',
      required: true,
      value: given.sharing,
      options: [
        { value: 'keep', label: 'with the original sharing settings' },
        { value: 'none', label: 'without the original sharing settings' },
      ],
      ...error('sharing'),
    },
    {
      type: 'text',
      name: 'why',
      label: 'Reason',
      hint: 'Whoever decides reads it',
      multiline: true,
      maxLength: 500,
      ...(given.reason !== undefined && { value: given.reason }),
      ...error('reason'),
    },
  ]
}
