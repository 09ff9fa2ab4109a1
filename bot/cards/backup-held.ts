import type { BackupRun } from '../../db/runs.ts'
import { button, run } from './buttons.ts'
import type { ActionOf, Meant } from './model.ts'
import { plural } from './values.ts'

/** What a person can say of removals that were held: they were meant, or let us look again. */
export function heldActions({ driveId, driveName, heldRemovals }: BackupRun): ActionOf<Meant>[] {
  const many = plural(heldRemovals ?? 0, 'item')
  return [
    button('Accept the removals', run('backup now', { drives: [driveId], 'accept-removals': true }), {
      style: 'danger',
      a11yLabel: `Accept that ${many} are gone from ${driveName}`,
      confirm: {
        title: `Were ${many} meant to go?`,
        text: `The next snapshot of ${driveName} will not have them any more. Every snapshot until now keeps them, so they can still be restored.`,
        confirmLabel: 'Accept the removals',
      },
    }),
    button('Back up again', run('backup now', { drives: [driveId] })),
  ]
}
