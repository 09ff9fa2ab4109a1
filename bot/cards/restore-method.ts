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
  /** The method that was chosen already. */
  readonly method?: string | undefined
  /** What is wrong with the word or phrase. */
  readonly problem?: string | undefined
}

/** REC-02, REC-03: how to find what is to come back: one of two methods, and what each needs to begin with. */
export function restoreMethodCard({ drive, method, problem }: RestoreMethodView): CardDraft {
  const sentence = `How do you want to find what is to come back from the archive of ${drive.name}?`
  return {
    kind: 'restore-method',
    title: `Restore from the archive of ${drive.name}`,
    tone: problem === undefined ? 'info' : 'fail',
    summaryText: problem === undefined ? sentence : `${problem} ${sentence}`,
    nodes: [{ type: 'text', text: sentence }],
    form: {
      fields: fieldsOf(method, problem),
      submit: button('Continue', run('restore', { drive: drive.id }), { style: 'primary', a11yLabel: `Continue with ${drive.name}` }),
    },
    actions: [button('Cancel', run('dismiss'))],
  }
}

function fieldsOf(method: string = restoreMethods[0].value, problem?: string): FormField[] {
  return [
    {
      type: 'choice',
      name: 'method',
      label: 'Method',
      look: 'radio',
      required: true,
      value: method,
      options: restoreMethods,
    },
    { type: 'date', name: 'since', label: 'Data changed from (optional, Via Snapshot)' },
    { type: 'date', name: 'until', label: 'To (optional, Via Snapshot)' },
    {
      type: 'text',
      name: 'item',
      label: 'Word or phrase (Via Item Search)',
      placeholder: 'Q3 plan',
      ...(problem !== undefined && { error: problem }),
    },
  ]
}
