import type { BackupRun } from '../../db/runs.ts'
import type { Eta, Slip } from '../../workflows/policy/eta.ts'
import { boundWords } from './bound-words.ts'
import { durationRange } from './duration-words.ts'
import type { Meant, NodeOf, Value } from './model.ts'
import { bytes, count, time } from './values.ts'

const order = ['listing', 'storing', 'committing'] as const
const labels = { listing: 'List what is there', storing: 'Fetch what is new', committing: 'Commit the snapshot' } as const

/** Where a running backup stands: bar, rate, time left, counts, phases. `eta` is what is known of its end. */
export function progressNodes(run: BackupRun, eta: Eta | undefined, now: Date): NodeOf<Meant>[] {
  const at = order.indexOf(run.phase as (typeof order)[number])
  const fraction = fractionOf(run)
  return [
    {
      type: 'progress',
      label: `Backup of ${run.driveName}`,
      ...(fraction !== undefined && { fraction }),
      text: progressText(run, eta, now),
    },
    ...etaNodes(run, eta, now),
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

function progressText(run: BackupRun, eta: Eta | undefined, now: Date): Value[] {
  const elapsedMs = run.startedAt ? now.getTime() - run.startedAt.getTime() : 0
  const onAverage = elapsedMs > 0 ? run.bytesDone / (elapsedMs / 1_000) : 0
  const bytesPerSecond = waiting(eta, now) ? 0 : eta?.bytesPerSecond || onAverage
  return [
    bytes(run.bytesDone),
    ...(run.phase === 'storing' ? [' of ', bytes(run.bytesTotal)] : []),
    ...(bytesPerSecond > 0 ? [' · ', { type: 'rate', bytesPerSecond } as const] : []),
    ...(run.phase === 'storing' ? [` · ${leftInWords(eta, now)}`] : []),
  ]
}

/** Before there is a rate, and when the end that was said has passed, nothing is made up. */
function leftInWords(eta: Eta | undefined, now: Date): string {
  if (waiting(eta, now)) return 'waiting for quota'
  if (!eta?.ends) return 'the time left is not known yet'
  const left = { low: Math.max(0, eta.ends.low - now.getTime()), high: eta.ends.high - now.getTime() }
  return left.high <= 0 ? 'it takes longer than was said' : `${durationRange(left)} left`
}

const waiting = (eta: Eta | undefined, now: Date): number | undefined =>
  eta?.waits && eta.waits.until > now.getTime() ? eta.waits.until : undefined

const because: Readonly<Record<Slip['because'], string>> = {
  slower: 'it has become slower',
  'more to fetch': 'there is more to fetch than was seen then',
  'quota of today': 'today’s quota of Google’s does not last for the rest',
}

const at = (ms: number): Value => time(new Date(ms))

/** When it ends and what decides that; that it ends later than was said is never left out. */
function etaNodes({ phase }: BackupRun, eta: Eta | undefined, now: Date): NodeOf<Meant>[] {
  if (phase !== 'storing' || !eta) return []
  const until = waiting(eta, now)
  return [
    ...(until === undefined
      ? []
      : [
          {
            type: 'text',
            look: 'strong',
            text: ['Today’s quota of Google’s is used up: it goes on by itself after ', at(until), '. What was fetched is kept.'],
          } as const,
        ]),
    ...endNodes(eta, now),
  ]
}

function endNodes(eta: Eta, now: Date): NodeOf<Meant>[] {
  if (!eta.ends) return []
  const [from, to] = [Math.max(eta.ends.low, now.getTime()), eta.ends.high]
  const ends: Value[] = to > now.getTime() ? ['Ends between ', at(from), ' and ', at(to), `, limited by ${boundWords[eta.bound]}.`] : []
  const { slip } = eta
  return [
    ...(ends.length > 0 ? [{ type: 'text', look: 'quiet', text: ends } as const] : []),
    ...(slip
      ? [
          {
            type: 'text',
            look: 'strong',
            text: ['Later than was said: it was to end by ', at(slip.from), `, but ${because[slip.because]} (seen `, at(slip.at), ').'],
          } as const,
        ]
      : []),
  ]
}
