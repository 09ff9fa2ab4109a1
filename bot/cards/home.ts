import { type ButtonDraft, button, menu, run } from './buttons.ts'
import type { CardDraft, Meant, NodeOf } from './model.ts'
import { count, plural, time } from './values.ts'

export type Home = {
  readonly personName: string
  readonly accountName: string
  readonly tasks: number
  readonly disconnected: number
  readonly drives: number
  readonly neverActivated: number
  readonly running: number
  readonly failing: number
  readonly protectedDrives: number
  /** Requests that wait for this person's decision. */
  readonly toDecide: number
  readonly openJobs: number
  /** What is known of the vault; absent before its first check. `since`: everything that snapshots need was verified since then (P9). */
  readonly vault?: { readonly alarms: number; readonly since: Date }
  readonly may: { readonly addTasks: boolean; readonly activate: boolean; readonly restore: boolean }
}

/** What an empty line gets: where things stand, what needs this person, and the first steps. */
export function homeCard(home: Home): CardDraft {
  const wanting = wants(home)
  const summaryText =
    home.tasks === 0
      ? `Hello ${home.personName}. Nothing is backed up yet: add a backup task to begin.`
      : `Hello ${home.personName}. ${plural(home.protectedDrives, 'drive')} of ${home.drives.toLocaleString('en-US')} are protected. ${wanting.length === 0 ? 'Nothing needs you.' : wanting.join(' ')}`
  return {
    kind: 'home',
    title: `Backstop · ${home.accountName}`,
    tone:
      home.disconnected > 0 || home.failing > 0 || (home.vault && home.vault.alarms > 0)
        ? 'fail'
        : home.neverActivated > 0 || home.toDecide > 0
          ? 'warn'
          : home.tasks === 0
            ? 'info'
            : 'ok',
    summaryText,
    nodes: [
      ...(home.tasks === 0
        ? [{ type: 'text', text: 'Nothing is backed up yet: add a backup task to begin.' } as const]
        : ([
            {
              type: 'fields',
              fields: [
                { label: 'Backup tasks', value: count(home.tasks) },
                { label: 'Shared drives', value: count(home.drives) },
                { label: 'Protected', value: count(home.protectedDrives) },
                { label: 'Running now', value: count(home.running) },
                { label: 'Restores under way', value: count(home.openJobs) },
                ...(home.vault ? [{ label: 'Everything verified since', value: time(home.vault.since) }] : []),
              ],
            },
            ...(wanting.length > 0 ? [{ type: 'list', items: wanting } as const] : []),
          ] satisfies NodeOf<Meant>[])),
    ],
    actions: homeActions(home),
    footer: ['Type ', { type: 'code', text: 'help' }, ' for everything that can be done here.'],
  }
}

function wants(home: Home): string[] {
  return [
    home.toDecide > 0 ? `${plural(home.toDecide, 'request waits', 'requests wait')} for your decision.` : '',
    home.disconnected > 0 ? `${plural(home.disconnected, 'task is', 'tasks are')} Disconnected: their drives are not backed up.` : '',
    home.failing > 0 ? `${plural(home.failing, 'drive')} failed at the last backup.` : '',
    home.vault && home.vault.alarms > 0
      ? `The checks of the vault have ${plural(home.vault.alarms, 'finding')} of loss or damage: an operator looks with "backstop vault verify" and mends with "backstop vault heal".`
      : '',
    // ACT-05
    home.neverActivated > 0
      ? `${plural(home.neverActivated, 'drive has', 'drives have')} never been activated and ${home.neverActivated === 1 ? 'is' : 'are'} not backed up.`
      : '',
  ].filter((sentence) => sentence !== '')
}

function homeActions(home: Home) {
  const buttons: (ButtonDraft | false)[] = [
    home.toDecide > 0 && button('Decide', run('jobs', { status: 'pending' }), { style: 'primary' }),
    home.may.addTasks && home.tasks === 0 && button('Add backup task', run('task add'), { style: 'primary' }),
    home.neverActivated > 0 &&
      home.may.activate &&
      button('Activate drives', run('drives', { status: 'Not Active' }), home.toDecide > 0 ? {} : { style: 'primary' }),
    home.drives > 0 && button('Drives', run('drives')),
    home.drives > 0 && home.may.restore && button('Restore', run('restore')),
    home.may.addTasks && home.tasks > 0 && button('Add backup task', run('task add')),
    button('Help', run('help')),
  ]
  const shown = buttons.filter((candidate) => candidate !== false)
  // R9: three buttons in the row, the rest behind one.
  return shown.length <= 4 ? shown : [...shown.slice(0, 3), menu('More', ...shown.slice(3))]
}
