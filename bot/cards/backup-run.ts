import type { BackupRun } from '../../db/runs.ts'
import type { Task } from '../../db/tasks.ts'
import type { Eta } from '../../workflows/policy/eta.ts'
import { failureNodes } from './backup-failure.ts'
import { heldActions } from './backup-held.ts'
import { progressNodes } from './backup-progress.ts'
import { button, menu, run } from './buttons.ts'
import type { ActionOf, CardDraft, Meant, NodeOf, Tone } from './model.ts'
import { reasonLines } from './reasons.ts'
import { bytes, code, count, duration, plural, time } from './values.ts'

export type BackupRunView = {
  readonly run: BackupRun
  /** How many items ended for which reason. */
  readonly reasons: Readonly<Record<string, number>>
  readonly task: Pick<Task, 'id' | 'name' | 'connection' | 'connectionNote'>
  /** The newest snapshot of the drive, whichever run made it. */
  readonly lastGood?: { readonly generation: number; readonly committedAt: Date } | undefined
  /** What is known of its end while it runs. */
  readonly eta?: Eta | undefined
  readonly now: Date
}

/** A backup from its queue to its end: one message that follows it. */
export function backupRunCard(view: BackupRunView): CardDraft {
  const { run: backup } = view
  return {
    kind: 'backup-run',
    title: `${titles[stateOf(backup)]} · ${backup.driveName}`,
    tone: tones[stateOf(backup)],
    summaryText: sentence(view),
    nodes: [{ type: 'text', text: sentence(view) }, ...nodesOf(view)],
    actions: actionsOf(view),
    footer: footerOf(backup),
  }
}

type State = 'queued' | 'running' | 'unchanged' | 'success' | 'partial' | 'held' | 'failed' | 'canceled' | 'archived'

function stateOf({ phase, outcome, generation }: BackupRun): State {
  if (phase !== 'done') return phase === 'queued' ? 'queued' : 'running'
  if (outcome === 'success' && generation === null) return 'unchanged'
  return outcome ?? 'failed'
}

const titles: Readonly<Record<State, string>> = {
  queued: 'Backup queued',
  running: 'Backup running',
  unchanged: 'Backup: nothing had changed',
  success: 'Backup done',
  partial: 'Backup partly done',
  held: 'Smart Alert: removals held',
  failed: 'Backup FAILED',
  canceled: 'Backup canceled',
  archived: 'Drive archived',
}
const tones: Readonly<Record<State, Tone>> = {
  queued: 'info',
  running: 'info',
  unchanged: 'ok',
  success: 'ok',
  partial: 'warn',
  held: 'fail',
  failed: 'fail',
  canceled: 'warn',
  archived: 'warn',
}

/** P10: the sum that has to come out even, said in every result. */
export function balanceSentence(counts: Pick<BackupRun, 'listed' | 'stored' | 'skipped' | 'failed'>): string {
  const said = (value: number) => value.toLocaleString('en-US')
  return `${said(counts.listed)} listed = ${said(counts.stored)} stored + ${said(counts.skipped)} skipped + ${said(counts.failed)} failed.`
}

function sentence({ run: backup, lastGood }: BackupRunView): string {
  const { driveName, generation } = backup
  switch (stateOf(backup)) {
    case 'queued':
      // ACT-09
      return `The backup of ${driveName} is queued and starts as soon as a worker is free, which may take several minutes. Queued is not failed.`
    case 'running':
      if (backup.phase === 'listing') return `The backup of ${driveName} is running: ${plural(backup.listed, 'item')} seen so far.`
      return `The backup of ${driveName} is running: ${backup.stored.toLocaleString('en-US')} of ${backup.listed.toLocaleString('en-US')} items stored so far.`
    case 'unchanged':
      return `Nothing has changed in ${driveName} since snapshot ${backup.parentGeneration}, so no new one was needed.`
    case 'success':
      return `${driveName} is backed up as snapshot ${generation ?? 0}: ${balanceSentence(backup)}`
    case 'partial':
      return `${driveName} is backed up as snapshot ${generation ?? 0}, but not whole: ${balanceSentence(backup)}`
    case 'canceled':
      return `The backup of ${driveName} was canceled. ${lastGood ? `Snapshot ${lastGood.generation} is the newest.` : 'There is no snapshot yet.'} What was fetched is kept for the next run.`
    case 'held':
      return `Removals of ${driveName} are held: ${backup.error ?? 'no number was recorded'}`
    case 'archived':
      return `${driveName} was deleted at Google, so its backup is archived. ${lastGood ? `Snapshot ${lastGood.generation} is the newest, and everything stays recoverable, into another drive.` : 'It had never been backed up.'}`
    case 'failed':
      return `The backup of ${driveName} failed: ${backup.error ?? 'no reason was recorded'}`
  }
}

function nodesOf(view: BackupRunView): NodeOf<Meant>[] {
  const { run: backup, reasons } = view
  const state = stateOf(backup)
  if (state === 'queued') return []
  if (state === 'running') return progressNodes(backup, view.eta, view.now)
  if (state === 'failed') return failureNodes(view)
  if (state === 'archived') return []
  const lines = reasonLines(reasons)
  return [
    {
      type: 'fields',
      fields: [
        { label: 'Listed', value: count(backup.listed) },
        { label: 'Stored', value: count(backup.stored) },
        { label: 'Skipped', value: count(backup.skipped) },
        { label: 'Failed', value: count(backup.failed) },
        ...(backup.heldRemovals === null ? [] : [{ label: 'Gone and kept', value: count(backup.heldRemovals) }]),
        { label: 'Fetched', value: bytes(backup.bytesDone) },
        ...(backup.startedAt && backup.finishedAt
          ? [{ label: 'Took', value: duration(backup.finishedAt.getTime() - backup.startedAt.getTime()) }]
          : []),
        { label: 'Calls of Google', value: count(backup.apiCalls) },
      ],
    },
    ...(lines.length > 0
      ? [
          {
            type: 'section',
            title: 'What was not stored whole, and why',
            open: state === 'partial',
            nodes: [{ type: 'list', items: lines }],
          } as const,
        ]
      : []),
  ]
}

function actionsOf(view: BackupRunView): ActionOf<Meant>[] {
  const { run: backup, task, lastGood } = view
  const { driveId } = backup
  const state = stateOf(backup)
  if (state === 'queued' || state === 'running') {
    return [
      button('Cancel', run('backup cancel', { drive: driveId, run: backup.id }, backup.id), {
        a11yLabel: `Cancel the backup of ${backup.driveName}`,
        confirm: {
          title: 'Cancel this backup?',
          text: 'What was fetched is kept for the next run. No snapshot is made.',
          confirmLabel: 'Cancel the backup',
        },
      }),
    ]
  }
  const again = button('Back up again', run('backup now', { drives: [driveId] }), { style: 'primary' })
  const look = [
    ...(lastGood ? [button('Browse', run('browse', { drive: driveId })), button('Restore', run('restore', { drive: driveId }))] : []),
  ]
  if (state === 'archived') return look
  if (state === 'held') return [...heldActions(backup), ...look]
  if (state === 'failed' && task.connection === 'Disconnected') {
    return [button('Reconnect', run('task reconnect', { task: task.id }), { style: 'primary' }), ...look]
  }
  if (state === 'failed' || state === 'canceled' || state === 'partial') return [again, ...look]
  return [...look, menu('More', button('Snapshots', run('snapshots', { drive: driveId })), button('Back up again', again.intent))]
}

function footerOf(backup: BackupRun): CardDraft['footer'] & object {
  const since = backup.finishedAt ?? backup.startedAt ?? backup.queuedAt
  const verb = backup.finishedAt ? 'Ended ' : backup.startedAt ? 'Started ' : 'Queued '
  return [verb, time(since), ` · ${backup.reason} · task ${backup.taskName} · `, code(backup.id)]
}
