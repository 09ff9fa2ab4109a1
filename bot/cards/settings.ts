import type { Task } from '../../db/tasks.ts'
import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { connectionValue } from './values.ts'

/** SET-01…06: the settings of a task. What only support may change is shown, and no button leads there. */
export function settingsCard(task: Task): CardDraft {
  const sentence = `The task ${task.name} is ${task.connection}${task.connection === 'Disconnected' && task.connectionNote ? `: ${task.connectionNote}.` : '.'}`
  return {
    kind: 'settings',
    title: `Settings · ${task.name}`,
    tone: task.connection === 'Connected' ? 'info' : 'fail',
    summaryText: sentence,
    nodes: [
      {
        type: 'fields',
        fields: [
          { label: 'Name', value: task.name },
          { label: 'Connection', value: connectionValue(task.connection) },
          { label: 'Google account', value: task.connectedEmail ?? '–' },
          { label: 'Backup frequency', value: task.frequency },
          { label: 'Backup hour', value: `${String(task.hourUtc).padStart(2, '0')}:00 UTC` },
          { label: 'Index all data for Search', value: task.indexForSearch ? 'On' : 'Off' },
          { label: 'Automatically activate new drives', value: task.autoActivate ? 'On' : 'Off' },
          {
            label: 'Removals are held',
            value: `from ${task.holdItems.toLocaleString('en-US')} items and ${task.holdPercent} % of a drive on`,
          },
          { label: 'Comments and replies', value: task.withComments ? 'On' : 'Off' },
          { label: 'Files flagged by Google', value: task.fetchFlagged ? 'Stored' : 'Skipped' },
          { label: 'Labels', value: task.labelIds.length > 0 ? task.labelIds.join(', ') : 'None' },
        ],
      },
      ...(task.connectionNote ? [{ type: 'text', text: task.connectionNote, look: 'strong' } as const] : []),
    ],
    actions: [
      button(
        task.connection === 'Connected' ? 'Sign in again' : 'Reconnect',
        run('task reconnect', { task: task.id }, task.id),
        task.connection === 'Connected' ? {} : { style: 'primary' },
      ),
      button('Rename', run('task rename', { task: task.id }, task.id), {
        dialog: {
          title: `Rename ${task.name}`,
          fields: [{ type: 'text', name: 'name', label: 'New name', value: task.name, required: true, maxLength: 100 }],
          submitLabel: 'Rename',
        },
      }),
      button('Drives', run('drives', { task: task.id })),
    ],
  }
}
