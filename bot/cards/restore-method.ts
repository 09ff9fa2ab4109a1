import type { Drive } from '../../db/drives.ts'
import { button, run } from './buttons.ts'
import type { CardDraft, FormField } from './model.ts'

/** REC-02: the two ways to what is wanted, in the words that people see. */
export const restoreMethods = [
  { value: 'snapshot', label: 'Via Snapshot', hint: 'Choose a point in time and look into it' },
  { value: 'search', label: 'Via Item Search', hint: 'Look for a name in all snapshots of the drive' },
] as const

export type RestoreMethodView = {
  readonly drive: Pick<Drive, 'id' | 'name'>
  readonly given: { readonly method?: string; readonly item?: string }
  readonly errors?: Readonly<Record<string, string>>
}

/** REC-02, REC-03: how to find what is to come back: one of two methods, and what each needs to begin with. */
export function restoreMethodCard({ drive, given, errors = {} }: RestoreMethodView): CardDraft {
  const sentence = `How do you want to find what is to come back from the archive of ${drive.name}?`
  const problems = Object.values(errors)
  return {
    kind: 'restore-method',
    title: `Restore from the archive of ${drive.name}`,
    tone: problems.length > 0 ? 'fail' : 'info',
    summaryText: [...problems, sentence].join(' '),
    nodes: [{ type: 'text', text: sentence }],
    form: {
      fields: fieldsOf(given, errors),
      submit: button('Continue', run('restore', { drive: drive.id }), { style: 'primary', a11yLabel: `Continue with ${drive.name}` }),
    },
    actions: [button('Cancel', run('dismiss'))],
  }
}

function fieldsOf(given: RestoreMethodView['given'], errors: Readonly<Record<string, string>>): FormField[] {
  const error = (name: string) => (errors[name] === undefined ? {} : { error: errors[name] })
  return [
    {
      type: 'choice',
      name: 'method',
      label: 'Method',
      look: 'radio',
      required: true,
      value: given.method ?? restoreMethods[0].value,
      options: restoreMethods.map(({ value, label, hint }) => ({ value, label, hint })),
      ...error('method'),
    },
    { type: 'date', name: 'since', label: 'Data changed from (optional, Via Snapshot)' },
    { type: 'date', name: 'until', label: 'To (optional, Via Snapshot)' },
    {
      type: 'text',
      name: 'item',
      label: 'Word or phrase (Via Item Search)',
      placeholder: 'Q3 plan',
      ...(given.item !== undefined && { value: given.item }),
      ...error('item'),
    },
  ]
}
