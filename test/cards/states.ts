/** Every card in every state that it has: each has a golden file, and each must hold what all cards must hold. */

import { approvalCard } from '../../bot/cards/approval.ts'
import { backupRunCard } from '../../bot/cards/backup-run.ts'
import { backupsStartedCard } from '../../bot/cards/backups-started.ts'
import { browseCard } from '../../bot/cards/browse.ts'
import { consentCard } from '../../bot/cards/consent.ts'
import { doctorCard } from '../../bot/cards/doctor.ts'
import { driveListCard } from '../../bot/cards/drive-list.ts'
import { drivesChangedCard } from '../../bot/cards/drives-changed.ts'
import { estimateCard } from '../../bot/cards/estimate.ts'
import { commandHelpCard } from '../../bot/cards/help.ts'
import { homeCard } from '../../bot/cards/home.ts'
import { itemLedgerCard } from '../../bot/cards/item-ledger.ts'
import { jobCard } from '../../bot/cards/job.ts'
import { jobListCard } from '../../bot/cards/job-list.ts'
import { ledgerCard } from '../../bot/cards/ledger.ts'
import type { CardDraft } from '../../bot/cards/model.ts'
import { misreadCard, pickerCard, unknownCommandCard } from '../../bot/cards/problem.ts'
import { quotaCard } from '../../bot/cards/quota.ts'
import { restoreFormCard } from '../../bot/cards/restore-form.ts'
import { restoreMethodCard } from '../../bot/cards/restore-method.ts'
import { settingsCard } from '../../bot/cards/settings.ts'
import { snapshotListCard } from '../../bot/cards/snapshot-list.ts'
import { taskCard, taskListCard } from '../../bot/cards/task.ts'
import { allCommands } from '../../bot/commands/all.ts'
import { usageOf } from '../../bot/commands/command.ts'
import { folderMimeType } from '../../db/items.ts'
import type { QuotaStanding } from '../../db/quota.ts'
import type { Eta } from '../../workflows/policy/eta.ts'
import { heldSentence } from '../../workflows/policy/removal-guard.ts'
import { estimateDrive, estimateView, smallDrive } from './estimates.ts'
import {
  approval,
  approvalView,
  at,
  drive,
  item,
  job,
  jobView,
  line,
  plan,
  runView,
  snapshot,
  task,
  totals,
  vote,
  waiting,
} from './fixtures.ts'
import { damagedView, goneView, ledgerView } from './item-ledgers.ts'

const taskNames = new Map([['task_1', 'Acme']])
/** A project that two people work in, as the database has it. */
const quotaRows = (project: Partial<QuotaStanding>): QuotaStanding[] => {
  const row = (key: string, over: Partial<QuotaStanding>): QuotaStanding => ({
    key,
    available: 20_000,
    refilledAt: at(12),
    lanes: {},
    unitsToday: 3_400_000,
    egressToday: 120e9,
    perMinute: 325_000,
    unitsPerDay: null,
    egressPerDay: null,
    now: at(12),
    dayEndsAt: at(20 * 60),
    day: '2026-11-24',
    taskIds: ['task_1'],
    ...over,
  })
  return [
    row('project:acme-backup', { perMinute: 1_000_000, unitsPerDay: 400_000_000, egressPerDay: 1e12, unitsToday: 6_800_000, ...project }),
    row('user:admin@acme.example', {}),
    row('user:second@acme.example', {}),
  ]
}

const eta = (over: Partial<Eta>): Eta => ({
  seen: { at: at(12).getTime(), itemsDone: 400, itemsTotal: 1204, bytesDone: 2e9, bytesTotal: 5e9 },
  itemsPerSecond: 3,
  bytesPerSecond: 4e6,
  ends: { low: at(22).getTime(), high: at(27).getTime() },
  bound: 'speed',
  ...over,
})
const folder = item({ itemId: 'folder_1', name: 'Reports', mimeType: folderMimeType, size: null })
const running = { startedAt: at(11), listed: 1204 } as const
const counted = { phase: 'done', startedAt: at(11), finishedAt: at(14), bytesDone: 4_000_000, apiCalls: 31 } as const
const broken = task({ connection: 'Disconnected', connectionNote: 'Google says that the grant was revoked' })
const approved = approval({ status: 'approved', decidedAt: at(25), votes: [vote('approve', 'checked with Ada')] })
const ended = { ...waiting, phase: 'done', startedAt: at(25), finishedAt: at(27) } as const
const restoreHelp = allCommands.find(({ path }) => path === 'restore')

const may = { addTasks: true, activate: true, restore: true }
const home = {
  personName: 'Ada Admin',
  accountName: 'Acme',
  tasks: 1,
  disconnected: 0,
  drives: 12,
  neverActivated: 0,
  running: 1,
  failing: 0,
  protectedDrives: 12,
  toDecide: 0,
  openJobs: 0,
  may,
}
const form = {
  drive: drive(),
  snapshot: snapshot(),
  destinations: [drive(), drive({ id: '0Aarchive', name: 'Archive' })],
  given: { sharing: 'keep' },
} as const

export const states: Readonly<Record<string, () => CardDraft>> = {
  'home.new': () => homeCard({ ...home, tasks: 0, drives: 0, protectedDrives: 0, running: 0 }),
  'home.well': () => homeCard(home),
  'home.verified': () => homeCard({ ...home, vault: { alarms: 0, since: at(5) } }),
  'home.damaged': () => homeCard({ ...home, vault: { alarms: 2, since: at(5) } }),
  'home.needs-you': () => homeCard({ ...home, disconnected: 1, failing: 2, neverActivated: 3, protectedDrives: 7, toDecide: 1 }),
  'help.restore': () => {
    if (!restoreHelp) throw new Error('There is no restore command.')
    const args = restoreHelp.args
      .filter(({ hidden }) => !hidden)
      .map(({ name, description, required }) => ({ name, written: name, description, required }))
    return commandHelpCard({ ...restoreHelp, aliases: restoreHelp.aliases ?? [], usage: usageOf(restoreHelp), allowed: true, args })
  },
  'task.well': () => taskCard({ task: task(), drives: [drive(), drive({ id: '0Ahr', name: 'HR' })], nextSlot: at(14 * 60) }),
  'task.new': () =>
    taskCard({
      task: task(),
      drives: [drive({ lifecycle: 'not-active', activatedAt: null, latestGeneration: 0, lastOutcome: null, managerReachable: false })],
      nextSlot: at(14 * 60),
    }),
  'task.disconnected': () => taskCard({ task: broken, drives: [drive()], nextSlot: at(14 * 60) }),
  'task-list': () =>
    taskListCard([
      { task: task(), drives: 12, active: 9 },
      { task: broken, drives: 1, active: 1 },
    ]),
  'settings.connected': () => settingsCard(task()),
  'settings.disconnected': () => settingsCard(broken),
  'consent.new': () => consentCard({ taskName: 'Acme', reconnect: false, url: 'http://backstop.test/connect/state', expiresAt: at(10) }),
  'drive-list': () =>
    driveListCard({
      drives: [
        { drive: drive(), status: 'success' },
        { drive: drive({ id: '0Anew', name: 'New', latestGeneration: 0, lastBackupAt: null, backupBytes: 0 }), status: 'not-active' },
      ],
      total: 12,
      neverActivated: 1,
      filter: { text: 'n' },
      more: true,
      may: { execute: true, pause: true },
    }),
  'drive-list.empty': () =>
    driveListCard({ drives: [], total: 0, neverActivated: 0, filter: {}, more: false, may: { execute: true, pause: true } }),
  'drives-changed.activated': () =>
    drivesChangedCard({
      verb: 'activated',
      changed: [drive()],
      unchanged: [{ name: 'Old', why: 'it is archived' }],
      nextSlot: at(14 * 60),
      dryRun: false,
    }),
  'drives-changed.paused': () => drivesChangedCard({ verb: 'paused', changed: [drive()], unchanged: [], dryRun: false }),
  'item-ledger': () => itemLedgerCard(ledgerView()),
  'item-ledger.gone': () => itemLedgerCard(goneView()),
  'item-ledger.damaged': () => itemLedgerCard(damagedView()),
  'quota.nothing': () => quotaCard({ rows: [], taskNames: new Map() }),
  'quota.well': () => quotaCard({ rows: quotaRows({}), taskNames }),
  'quota.used-up': () =>
    quotaCard({ rows: quotaRows({ egressToday: 961e9, lanes: { restore: { credit: 0, waitsUntil: at(13).getTime() } } }), taskNames }),
  'estimate.queued': () => estimateCard(estimateView({ state: 'queued' }, [estimateDrive({ state: 'waiting', measured: {}, calls: 0 })])),
  'estimate.measuring': () =>
    estimateCard(
      estimateView({ state: 'measuring', finishedAt: null }, [
        estimateDrive(),
        estimateDrive({ driveId: '0Ahr', driveName: 'HR', state: 'measuring', calls: 3, measured: { pages: 3, items: 3_000 } }),
      ]),
    ),
  'estimate.days': () => estimateCard(estimateView({})),
  'estimate.several': () =>
    estimateCard(
      estimateView(
        {},
        [
          estimateDrive({ measured: smallDrive(), calls: 1 }),
          estimateDrive({ driveId: '0Ahr', driveName: 'HR', measured: smallDrive({ files: 90, fileBytes: 8e9 }), calls: 1 }),
          estimateDrive({
            driveId: '0Agone',
            driveName: 'Gone',
            state: 'failed',
            measured: {},
            calls: 1,
            error: 'Google does not find it.',
          }),
        ],
        { speed: { itemsPerSecond: { low: 20, high: 60 }, bytesPerSecond: { low: 5e6, high: 12e6 }, runs: 7 }, identities: 3 },
      ),
    ),
  'estimate.failed': () => estimateCard(estimateView({ state: 'failed', error: 'Google Drive cannot be reached.' })),
  'backup-run.queued': () => backupRunCard(runView({})),
  'backup-run.listing': () => backupRunCard(runView({ ...running, phase: 'listing', mode: 'initial' })),
  'backup-run.storing': () =>
    backupRunCard(runView({ ...running, phase: 'storing', stored: 400, bytesTotal: 5_000_000, bytesDone: 2_000_000 })),
  'backup-run.storing-with-end': () =>
    backupRunCard(runView({ ...running, phase: 'storing', stored: 400, bytesTotal: 5e9, bytesDone: 2e9 }, { eta: eta({}) })),
  'backup-run.waits-for-quota': () =>
    backupRunCard(
      runView(
        { ...running, phase: 'storing', stored: 400, bytesTotal: 3e12, bytesDone: 9e11 },
        {
          eta: {
            seen: { at: at(12).getTime(), itemsDone: 400, itemsTotal: 1204, bytesDone: 9e11, bytesTotal: 3e12 },
            itemsPerSecond: 0,
            bytesPerSecond: 0,
            bound: 'egress',
            waits: { until: at(20 * 60).getTime() },
          },
        },
      ),
    ),
  'backup-run.ends-later': () =>
    backupRunCard(
      runView(
        { ...running, phase: 'storing', stored: 400, bytesTotal: 3e12, bytesDone: 9e11 },
        {
          eta: eta({
            bound: 'egress',
            ends: { low: at(46 * 60).getTime(), high: at(60 * 60).getTime() },
            slip: { from: at(50).getTime(), to: at(60 * 60).getTime(), because: 'quota of today', at: at(11).getTime() },
          }),
        },
      ),
    ),
  'backup-run.committing': () =>
    backupRunCard(runView({ ...running, phase: 'committing', stored: 1204, bytesTotal: 5_000_000, bytesDone: 5_000_000 })),
  'backup-run.held': () =>
    backupRunCard(
      runView({
        ...counted,
        outcome: 'held',
        generation: 4,
        listed: 2,
        stored: 2,
        heldRemovals: 812,
        error: heldSentence(812, 3),
      }),
    ),
  'backup-run.archived': () =>
    backupRunCard(runView({ ...counted, outcome: 'archived', error: 'The shared drive does not exist any more.' })),
  'backup-run.success': () =>
    backupRunCard(
      runView({
        ...counted,
        outcome: 'success',
        generation: 4,
        listed: 12,
        stored: 11,
        skipped: 1,
        reasons: { stored: 11, 'metadata-only:clientEncrypted': 1 },
      }),
    ),
  'backup-run.partial': () =>
    backupRunCard(
      runView({
        ...counted,
        outcome: 'partial',
        generation: 4,
        listed: 12,
        stored: 8,
        skipped: 1,
        failed: 3,
        reasons: { stored: 8, 'failed:providerError': 2, 'failed:keepsChanging': 1, 'skipped:somethingNew': 1 },
      }),
    ),
  'backup-run.unchanged': () => backupRunCard(runView({ ...counted, outcome: 'success', apiCalls: 1, bytesDone: 0 })),
  'backup-run.failed': () =>
    backupRunCard(runView({ ...counted, outcome: 'failed', error: 'The folder of the vault cannot be written. Check its permissions.' })),
  'backup-run.disconnected': () =>
    backupRunCard(
      runView({ ...counted, outcome: 'failed', error: 'Google says that the grant was revoked.' }, { task: broken, lastGood: undefined }),
    ),
  'backup-run.canceled': () => backupRunCard(runView({ ...counted, outcome: 'canceled' })),
  'backups-started': () =>
    backupsStartedCard([
      { drive: drive(), started: true, said: 'queued' },
      { drive: drive({ name: 'HR' }), started: false, said: 'it is Paused. Resume it first' },
    ]),
  'snapshot-list': () =>
    snapshotListCard({
      drive: drive(),
      service: 'Google Shared Drives',
      snapshots: [snapshot(), snapshot({ generation: 2, outcome: 'partial', committedAt: at(-60) })],
      from: at(-120),
      more: true,
      mayRestore: true,
    }),
  'snapshot-list.empty': () =>
    snapshotListCard({ drive: drive(), service: 'Google Shared Drives', snapshots: [], more: false, mayRestore: true }),
  'browse.top': () =>
    browseCard({ drive: drive(), snapshot: snapshot(), trail: [], items: [folder, item()], more: true, mayRestore: true }),
  'browse.folder': () =>
    browseCard({ drive: drive(), snapshot: snapshot(), trail: [folder], items: [item()], more: false, mayRestore: true }),
  'browse.read-only': () => browseCard({ drive: drive(), snapshot: snapshot(), trail: [], items: [], more: false, mayRestore: false }),
  'restore-method.asked': () => restoreMethodCard({ drive: form.drive }),
  'restore-method.wrong': () =>
    restoreMethodCard({
      drive: form.drive,
      method: 'search',
      problem: 'Type a word or phrase to look for, such as Q3 plan.',
    }),
  'restore-form.items': () => restoreFormCard({ ...form, items: [{ item: item(), path: 'Reports/Q3 plan' }] }),
  'restore-form.drive': () =>
    restoreFormCard({ ...form, items: undefined, given: { sharing: 'none', to: '0Aarchive', reason: 'the drive was emptied' } }),
  'restore-form.wrong': () =>
    restoreFormCard({
      ...form,
      items: undefined,
      given: { sharing: 'keep', label: 'x'.repeat(51) },
      errors: { label: 'A job label has at most 50 characters, and this one has 51.' },
    }),
  'job.planning': () => jobCard(jobView()),
  'job.waiting': () => jobCard(jobView(waiting, { approvals: [approval()] })),
  'job.plan-changed': () => jobCard(jobView(waiting, { approvals: [approval({ id: 'apr_2' }), approved] })),
  'job.running': () =>
    jobCard(
      jobView(
        { ...waiting, phase: 'applying', status: 'in-progress', startedAt: at(25), doneItems: 1, doneBytes: 2048 },
        { approvals: [approved], totals: totals({ done: 1, failed: 1 }) },
      ),
    ),
  'job.succeeded': () =>
    jobCard(
      jobView(
        { ...ended, status: 'succeeded' },
        {
          approvals: [approved],
          totals: totals({ done: 3, skipped: 1, doneBytes: 4096, warnings: 1 }),
          opened: [line()],
          remarks: [
            line({ state: 'skipped', action: 'keep', path: 'Reports', note: 'It is still there, unchanged.' }),
            line({ note: 'The sharing with ada@acme.example was refused.' }),
          ],
        },
      ),
    ),
  'job.nothing-to-do': () =>
    jobCard(
      jobView(
        { ...ended, status: 'succeeded' },
        { totals: totals({ skipped: 4 }), remarks: [line({ state: 'skipped', action: 'keep', note: 'It is still there, unchanged.' })] },
      ),
    ),
  'job.partial': () =>
    jobCard(
      jobView(
        { ...ended, status: 'partially-succeeded' },
        {
          approvals: [approved],
          totals: totals({ done: 2, failed: 2 }),
          opened: [line()],
          remarks: [line({ state: 'failed', path: 'Reports/Q3 budget', note: 'Google answered with an error each time.', link: null })],
        },
      ),
    ),
  'job.failed': () => jobCard(jobView({ ...ended, status: 'failed', error: 'The vault cannot be read.' }, { approvals: [approved] })),
  'job.denied': () =>
    jobCard(
      jobView(
        { ...ended, status: 'canceled', error: 'The request was denied.' },
        { approvals: [approval({ status: 'denied', decidedAt: at(25), votes: [vote('deny', 'wrong folder')] })] },
      ),
    ),
  'job.expired': () =>
    jobCard(jobView({ ...ended, status: 'canceled' }, { approvals: [approval({ status: 'expired', decidedAt: at(1500) })] })),
  'job.canceled': () =>
    jobCard(jobView({ ...ended, status: 'canceled' }, { approvals: [approved], totals: totals({ done: 1, skipped: 3 }) })),
  'job.drive-elsewhere': () =>
    jobCard(
      jobView(
        {
          ...waiting,
          selection: { kind: 'drive' },
          destinationDriveId: '0Aarchive',
          destinationDriveName: 'Archive',
          withSharing: false,
          label: null,
          reason: null,
        },
        { sourceNames: [], approvals: [approval()] },
      ),
    ),
  'job-list': () =>
    jobListCard({
      jobs: [job(), job({ id: 'job_2', number: 1041, status: 'failed', label: null })],
      counts: { pending: 1, failed: 1 },
      days: 7,
      order: 'latest',
      filter: { order: 'latest' },
      more: true,
    }),
  'job-list.empty': () => jobListCard({ jobs: [], counts: {}, days: 7, order: 'latest', filter: {}, more: false }),
  'approval.pending': () => approvalCard(approvalView()),
  'approval.pending-for-requester': () => approvalCard(approvalView({}, waiting, { viewer: { id: 'person_ada' } })),
  'approval.partly-approved': () => approvalCard(approvalView({ quorum: 2, votes: [vote('approve')] })),
  'approval.unrestorable': () =>
    approvalCard(
      approvalView(
        {},
        {
          ...waiting,
          plan: plan({ unrestorable: { 'Only its name and place were backed up.': 2 }, conflicts: 0, openGrants: 0, grants: 0 }),
        },
      ),
    ),
  'approval.approved': () =>
    approvalCard(
      approvalView(
        { status: 'approved', decidedAt: at(25), votes: [vote('approve', 'checked with Ada')] },
        { ...waiting, phase: 'applying', status: 'in-progress' },
      ),
    ),
  'approval.denied': () =>
    approvalCard(
      approvalView({ status: 'denied', decidedAt: at(25), votes: [vote('deny', 'wrong folder')] }, { ...ended, status: 'canceled' }),
    ),
  'approval.expired': () => approvalCard(approvalView({ status: 'expired', decidedAt: at(1500) }, { ...ended, status: 'canceled' })),
  'approval.canceled': () => approvalCard(approvalView({ status: 'canceled', decidedAt: at(25) }, { ...ended, status: 'canceled' })),
  'approval.plan-changed': () =>
    approvalCard(
      approvalView({}, { ...waiting, planHash: 'another' }, { approvals: [approval({ id: 'apr_2', planHash: 'another' }), approval()] }),
    ),
  'doctor.well': () => doctorCard([{ part: 'Temporal', ok: true, said: 'version 1.32.0', latencyMs: 3 }]),
  'doctor.ill': () =>
    doctorCard([{ part: 'Temporal', ok: false, said: 'connection refused', advice: 'Start Temporal.', latencyMs: 10_000 }]),
  ledger: () => ledgerCard([{ method: 'drive.changes.list', calls: 1, units: 100 }]),
  'unknown-command': () => unknownCommandCard('bakup', ['backup now']),
  misread: () =>
    misreadCard({ path: 'browse', arg: 'at', sentence: '“foo” is no date that can be read.', example: 'browse Finance --at yesterday' }),
  picker: () =>
    pickerCard({
      title: 'Which one?',
      sentence: '“fin” could be 2 drives.',
      choices: [{ label: 'Finance', hint: 'active', intent: { command: 'browse', args: { drive: '0Afinance' } } }],
    }),
}
