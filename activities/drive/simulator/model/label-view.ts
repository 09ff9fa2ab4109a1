/** The Label resource out of what an item remembers of it. */
import type { Label, LabelField } from './resources.ts'

export function labelOf(id: string, held: { readonly revision: number; readonly fields: Record<string, LabelField> }): Label {
  return { kind: 'drive#label', id, revisionId: String(held.revision), fields: held.fields }
}
