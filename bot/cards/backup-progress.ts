import type { BackupRun } from '../../db/runs.ts'
import type { Meant, NodeOf, Value } from './model.ts'
import { bytes, count, duration } from './values.ts'

const order = ['listing', 'storing', 'committing'] as const
const labels = { listing: 'List what is there', storing: 'Fetch what is new', committing: 'Commit the snapshot' } as const

/** Where a running backup stands: bar, rate, time left, counts, phases. */
export function progressNodes(run: BackupRun, now: Date): NodeOf<Meant>[] {
  const at = order.indexOf(run.phase as (typeof order)[number])
  const fraction = fractionOf(run)
  return [
    { type: 'progress', label: `Backup of ${run.driveName}`, ...(fraction !== undefined && { fraction }), text: progressText(run, now) },
    {
      type: 'phases',
      phases: order.map((phase, index) => ({ label: labels[phase], state: index < at ? 'done' : index === at ? 'running' : 'waiting' })),
    },
    {
      type: 'fields',
      fields: [
        { label: 'Listed', value: count(run.listed) },
        { label: 'Stored', value: count(run.stored) },
        { label: 'Skipped', value: count(run.skipped) },
        { label: 'Failed', value: count(run.failed) },
      ],
    },
  ]
}

/** How much is done, once the listing has said how much there is. Bytes tell most; where all is small or bare, items do. */
function fractionOf({ phase, bytesTotal, bytesDone, listed, stored, skipped, failed }: BackupRun): number | undefined {
  if (phase === 'committing') return 1
  if (phase !== 'storing') return undefined
  if (bytesTotal > 0) return Math.min(1, bytesDone / bytesTotal)
  return listed > 0 ? Math.min(1, (stored + skipped + failed) / listed) : undefined
}

function progressText(run: BackupRun, now: Date): Value[] {
  const elapsedMs = run.startedAt ? now.getTime() - run.startedAt.getTime() : 0
  const bytesPerSecond = elapsedMs > 0 ? run.bytesDone / (elapsedMs / 1_000) : 0
  const left = run.phase === 'storing' && bytesPerSecond > 0 ? Math.max(0, run.bytesTotal - run.bytesDone) / bytesPerSecond : undefined
  return [
    bytes(run.bytesDone),
    ...(run.phase === 'storing' ? [' of ', bytes(run.bytesTotal)] : []),
    ...(bytesPerSecond > 0 ? [' · ', { type: 'rate', bytesPerSecond } as const] : []),
    ...(left !== undefined ? [' · about ', duration(left * 1_000), ' left'] : []),
  ]
}
