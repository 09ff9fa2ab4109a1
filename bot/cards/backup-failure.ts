import type { BackupRunView } from './backup-run.ts'
import type { Meant, NodeOf, Text } from './model.ts'
import { time } from './values.ts'

/** What broke, since when, the last good snapshot, and what to do: what someone on call needs at three in the morning. */
export function failureNodes({ run, task, lastGood, now }: BackupRunView): NodeOf<Meant>[] {
  const since = run.finishedAt ?? run.startedAt ?? run.queuedAt
  const lastText: Text = lastGood
    ? [`Snapshot ${lastGood.generation}, `, time(lastGood.committedAt)]
    : 'None: this drive has never been backed up.'
  return [
    {
      type: 'fields',
      fields: [
        { label: 'What broke', value: run.error ?? 'No reason was recorded.' },
        { label: 'Since', value: time(since) },
        { label: 'Last good snapshot', value: lastText },
        ...(lastGood
          ? [{ label: 'Its age', value: { type: 'duration', ms: now.getTime() - lastGood.committedAt.getTime() } as const }]
          : []),
        { label: 'What to do', value: adviceOf(task) },
      ],
    },
  ]
}

/** SET-04, SET-05: a broken connection is mended by consent; anything else is worth another try first. */
function adviceOf(task: BackupRunView['task']): string {
  if (task.connection === 'Disconnected') {
    return `The task ${task.name} is Disconnected${task.connectionNote ? ` (${task.connectionNote})` : ''}. Reconnect it: nothing that is stored or set is lost.`
  }
  return 'Back up again. What was fetched is kept, so it goes on from there. If it fails again, type doctor to see which part does not answer.'
}
