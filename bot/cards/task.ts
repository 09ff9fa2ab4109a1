import type { Drive } from '../../db/drives.ts'
import type { Task } from '../../db/tasks.ts'
import { driveStatus } from '../../workflows/policy/drive-status.ts'
import { button, menu, run } from './buttons.ts'
import type { ActionOf, CardDraft, Meant, NodeOf } from './model.ts'
import { connectionValue, count, namesInWords, plural, time } from './values.ts'

export type TaskView = {
  readonly task: Task
  /** Every drive of the task. */
  readonly drives: readonly Drive[]
  readonly nextSlot: Date
}

export const statusOf = (drive: Drive, task: Pick<Task, 'connection'>) =>
  driveStatus({
    lifecycle: drive.lifecycle,
    running: drive.currentRunId !== null,
    lastOutcome: drive.lastOutcome ?? undefined,
    connected: task.connection === 'Connected',
  })

/** A backup task: is it connected, what does it cover, what is missing (TASK-04, SET-03, ACT-05). */
export function taskCard(view: TaskView): CardDraft {
  const { task, drives, nextSlot } = view
  const active = drives.filter(({ lifecycle }) => lifecycle === 'active')
  const never = drives.filter(({ lifecycle, activatedAt }) => lifecycle === 'not-active' && activatedAt === null)
  const failing = active.filter((drive) => statusOf(drive, task) === 'failed')
  return {
    kind: 'task',
    title: `Backup task · ${task.name}`,
    tone: task.connection === 'Disconnected' || failing.length > 0 ? 'fail' : never.length > 0 ? 'warn' : 'ok',
    summaryText: sentence(task, drives.length, active.length),
    nodes: [
      { type: 'text', text: sentence(task, drives.length, active.length) },
      {
        type: 'fields',
        fields: [
          { label: 'Connection', value: connectionValue(task.connection) },
          { label: 'Google account', value: task.connectedEmail ?? '–' },
          { label: 'Shared drives', value: count(drives.length) },
          { label: 'Active', value: count(active.length) },
          { label: 'Backups', value: `${task.frequency}, ${String(task.hourUtc).padStart(2, '0')}:00 UTC` },
          {
            label: 'Next',
            value: active.length > 0 && task.state === 'active' && task.connection === 'Connected' ? time(nextSlot) : 'none',
          },
        ],
      },
      ...warnings(view, never),
    ],
    actions: actionsOf(view, never),
    ...(task.discoveredAt && { footer: ['Drives looked up ', time(task.discoveredAt)] }),
  }
}

function sentence(task: Task, all: number, active: number): string {
  if (task.connection === 'Disconnected') {
    return `The task ${task.name} is Disconnected${task.connectionNote ? `: ${task.connectionNote}` : ''}. Its drives are not backed up until it is reconnected.`
  }
  if (task.state === 'paused') return `The task ${task.name} is connected and paused: its schedule starts no backups.`
  return `The task ${task.name} is connected and backs up ${active.toLocaleString('en-US')} of ${plural(all, 'shared drive')}.`
}

function warnings({ drives }: TaskView, never: readonly Drive[]): NodeOf<Meant>[] {
  // TASK-05: without a Manager to act for, nothing can be read and nothing can be brought back.
  const unmanaged = drives
    .filter(({ managerReachable, lifecycle }) => !managerReachable && lifecycle !== 'archived')
    .map(({ name }) => name)
  return [
    ...(never.length > 0
      ? [
          {
            type: 'text',
            look: 'strong',
            text: `${plural(never.length, 'drive has', 'drives have')} never been activated: ${namesInWords(never.map(({ name }) => name))}.`,
          } as const,
        ]
      : []),
    ...(unmanaged.length > 0
      ? [
          {
            type: 'text',
            look: 'strong',
            text: `No Manager can be acted for in ${namesInWords(unmanaged)}: make the connected account a Manager or Content manager there, or backups and restores will miss items.`,
          } as const,
        ]
      : []),
  ]
}

function actionsOf({ task, drives }: TaskView, never: readonly Drive[]): ActionOf<Meant>[] {
  const reconnect = button('Reconnect', run('task reconnect', { task: task.id }, task.id), { style: 'primary' })
  const settings = button('Settings', run('settings', { task: task.id }, task.id))
  const list = button('Drives', run('drives', { task: task.id }))
  if (task.connection === 'Disconnected') return [reconnect, list, settings]
  const activate =
    never.length > 0 ? [button('Activate drives', run('drives', { task: task.id, status: 'Not Active' }), { style: 'primary' })] : []
  const paused = drives.filter(({ lifecycle }) => lifecycle === 'paused').map(({ id }) => id)
  return [
    ...activate,
    list,
    settings,
    menu(
      'More',
      button('Reconnect', reconnect.intent),
      ...(paused.length > 0 ? [button('Resume paused drives', run('resume', { drives: paused }))] : []),
    ),
  ]
}

/** All tasks in one table. */
export function taskListCard(tasks: readonly { readonly task: Task; readonly drives: number; readonly active: number }[]): CardDraft {
  const broken = tasks.filter(({ task }) => task.connection === 'Disconnected').length
  return {
    kind: 'task-list',
    title: 'Backup tasks',
    tone: broken > 0 ? 'fail' : tasks.length === 0 ? 'info' : 'ok',
    summaryText:
      tasks.length === 0
        ? 'There is no backup task yet: add one to begin.'
        : `There ${tasks.length === 1 ? 'is 1 backup task' : `are ${tasks.length} backup tasks`}${broken > 0 ? `, ${broken} of them Disconnected` : ''}: ${namesInWords(tasks.map(({ task }) => task.name))}.`,
    nodes: [
      {
        type: 'table',
        caption: 'Backup tasks',
        columns: [{ label: 'Task' }, { label: 'Connection' }, { label: 'Google account' }, { label: 'Active drives', align: 'end' }],
        rows: tasks.map(({ task, drives, active }) => ({
          cells: [task.name, connectionValue(task.connection), task.connectedEmail ?? '–', `${active} of ${drives}`],
          actions: [button('Show', run('task show', { task: task.id }), { a11yLabel: `Show the task ${task.name}` })],
        })),
        empty: 'There is no backup task yet.',
      },
    ],
    actions: [button('Add backup task', run('task add'), tasks.length === 0 ? { style: 'primary' } : {})],
  }
}
