/** `files.listLabels` and `files.modifyLabels`. The practice domain does not define labels: any id holds any field. */
import { need, seen, sightOf } from './access.ts'
import { DriveError } from './errors.ts'
import { labelOf } from './label-view.ts'
import { pageSize, slicePage } from './paging.ts'
import type { Actor, LabelModification, Page } from './requests.ts'
import type { Label, LabelField } from './resources.ts'
import { isFolder, type World } from './state.ts'
import { touch } from './tree.ts'
import { userOf } from './users.ts'

export function listLabels(
  world: World,
  actor: Actor,
  id: string,
  args: Page,
): { readonly labels: readonly Label[]; readonly nextPageToken?: string } {
  const item = seen(sightOf(world, actor), id)
  const all = Object.entries(item.more?.labels ?? {}).map(([label, held]) => labelOf(label, held))
  const { page, nextPageToken } = slicePage(all, pageSize(args.pageSize, 100, 100), args.pageToken)
  return { labels: page, ...(nextPageToken !== undefined && { nextPageToken }) }
}

export function modifyLabels(
  world: World,
  actor: Actor,
  id: string,
  modifications: readonly LabelModification[],
): { readonly modifiedLabels: readonly Label[] } {
  const sight = sightOf(world, actor)
  const item = seen(sight, id)
  need(sight, item, 'writer')
  if (isFolder(item)) throw new DriveError('invalid', 'fileId', 'folders cannot have labels')
  const labels = { ...item.more?.labels }
  const modified: Label[] = []
  for (const change of modifications) {
    if (change.labelId === '') throw new DriveError('required', 'labelId')
    if (change.removeLabel) {
      if (!labels[change.labelId]) throw new DriveError('labelNotFound', change.labelId)
      delete labels[change.labelId]
      continue
    }
    const old = labels[change.labelId]
    const fields = { ...old?.fields }
    for (const field of change.fieldModifications ?? []) {
      const value = fieldOf(world, field)
      if (value) fields[field.fieldId] = value
      else delete fields[field.fieldId]
    }
    const held = { revision: (old?.revision ?? 0) + 1, fields }
    labels[change.labelId] = held
    modified.push(labelOf(change.labelId, held))
  }
  item.more = { ...item.more, labels }
  touch(world, item)
  return { modifiedLabels: modified }
}

type FieldModification = NonNullable<LabelModification['fieldModifications']>[number]

/** The new value of a field; nothing when it is to be unset. */
function fieldOf(world: World, change: FieldModification): LabelField | undefined {
  if (change.unsetValues) return undefined
  const base = { kind: 'drive#labelField', id: change.fieldId } as const
  if (change.setTextValues) return { ...base, valueType: 'text', text: change.setTextValues }
  if (change.setIntegerValues) return { ...base, valueType: 'integer', integer: change.setIntegerValues }
  if (change.setSelectionValues) return { ...base, valueType: 'selection', selection: change.setSelectionValues }
  if (change.setDateValues) return { ...base, valueType: 'dateString', dateString: change.setDateValues }
  if (change.setUserValues) return { ...base, valueType: 'user', user: change.setUserValues.map((email) => userOf(world, email, '')) }
  throw new DriveError('invalid', 'fieldModifications', 'a field modification needs a value, or unsetValues')
}
