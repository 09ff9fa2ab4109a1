import type { EstimateDrive, Estimate as EstimateRow } from '../../db/estimates.ts'
import {
  costOf,
  type Estimate,
  estimateOf,
  type Measured,
  type MeasuredDrive,
  nothingMeasured,
  type Range,
  type Speed,
} from '../../workflows/policy/estimate.ts'
import type { Limits } from '../../workflows/policy/quota-time.ts'
import { boundWords } from './bound-words.ts'
import { button, run } from './buttons.ts'
import { durationRange } from './duration-words.ts'
import { assumedLines, measuredLines } from './estimate-reasons.ts'
import type { CardDraft, Meant, NodeOf, Text } from './model.ts'
import { bytes, code, count, namesInWords, plural, short, time } from './values.ts'

export type EstimateView = {
  readonly estimate: EstimateRow
  readonly drives: readonly Omit<EstimateDrive, 'sample'>[]
  readonly limits: Limits
  /** People whom the tasks of these drives act as. */
  readonly identities: number
  readonly speed: Speed
  readonly now: Date
}

/** What a first backup would take: measured, computed and said with what it rests on. */
export function estimateCard(view: EstimateView): CardDraft {
  const { estimate, drives } = view
  const title = `Estimate · ${drives.length === 1 ? short(drives[0]?.driveName ?? '') : plural(drives.length, 'drive')}`
  if (estimate.state === 'failed') return failedCard(view, title)
  return estimate.state === 'done' ? doneCard(view, title) : measuringCard(view, title)
}

const measuredOf = ({ measured }: { readonly measured: unknown }): Measured => ({ ...nothingMeasured, ...(measured as Partial<Measured>) })
const callsOf = (drives: EstimateView['drives']): number => drives.reduce((sum, drive) => sum + drive.calls, 0)
const sumOf = (drives: EstimateView['drives'], of: (measured: Measured) => number): number =>
  drives.reduce((sum, drive) => sum + of(measuredOf(drive)), 0)

function measuringCard({ estimate, drives }: EstimateView, title: string): CardDraft {
  const ended = drives.filter(({ state }) => state === 'done' || state === 'failed').length
  const items = sumOf(drives, (measured) => measured.items)
  const calls = callsOf(drives)
  const expected = drives.reduce((sum, drive) => sum + Math.max(drive.itemsBefore, measuredOf(drive).items), 0)
  const known = drives.every(({ itemsBefore, state }) => itemsBefore > 0 || state === 'done' || state === 'failed')
  const fraction = known && expected > 0 ? Math.min(1, items / expected) : drives.length > 1 ? ended / drives.length : undefined
  const sentence =
    estimate.state === 'queued'
      ? `The estimate is queued: ${plural(drives.length, 'drive')} will be listed, with a call for each 1,000 items. Nothing is downloaded.`
      : `Measuring: ${plural(items, 'item')} seen with ${plural(calls, 'call')}, ${ended} of ${plural(drives.length, 'drive')} done. Nothing is downloaded.`
  return {
    kind: 'estimate',
    title,
    tone: 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      { type: 'progress', label: 'Measuring', ...(fraction !== undefined && { fraction }), text: [count(items, 'item'), ' seen'] },
    ],
    actions: [],
    footer: footerOf(estimate),
  }
}

function failedCard({ estimate, drives }: EstimateView, title: string): CardDraft {
  const sentence = `The estimate failed: ${estimate.error ?? 'no reason was recorded'}`
  return {
    kind: 'estimate',
    title,
    tone: 'fail',
    summaryText: sentence,
    nodes: [{ type: 'text', text: sentence }],
    actions: forAll('Measure again', 'estimate', drives),
    footer: footerOf(estimate),
  }
}

/** A button that names more drives than this would outgrow its card: the command is typed then. */
const mostInButton = 50

function forAll(label: string, command: string, drives: EstimateView['drives'], looks: { readonly style?: 'primary' } = {}) {
  if (drives.length === 0 || drives.length > mostInButton) return []
  return [button(label, run(command, { drives: drives.map(({ driveId }) => driveId) }), looks)]
}

function doneCard(view: EstimateView, title: string): CardDraft {
  const { estimate, drives, limits, speed, now } = view
  const measured = drives.filter(({ state }) => state === 'done')
  const failed = drives.filter(({ state }) => state === 'failed')
  const costs = measured.map((drive) => costOf(drive.measured as MeasuredDrive))
  const whole = estimateOf(costs, limits, speed)
  const sentence = sentenceOf(measured, failed, whole)
  return {
    kind: 'estimate',
    title,
    tone: measured.length === 0 ? 'fail' : failed.length > 0 ? 'warn' : 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      ...(measured.length > 0 ? wholeNodes(whole, now) : []),
      ...(drives.length > 1 ? [tableOf(view)] : []),
      ...(measured.length > 0 ? reasonNodes(view, measured) : []),
    ],
    actions: [...forAll('Back up now', 'backup now', measured, { style: 'primary' }), ...forAll('Measure again', 'estimate', drives)],
    footer: footerOf(estimate),
  }
}

const limitedBy = ({ bounds: { low, high } }: Estimate): string =>
  low === high ? `It is limited by ${boundWords[high]}.` : `At best it is limited by ${boundWords[low]}, at worst by ${boundWords[high]}.`

function sentenceOf(measured: EstimateView['drives'], failed: EstimateView['drives'], whole: Estimate): string {
  const names = namesInWords(measured.map(({ driveName }) => driveName))
  const missing =
    failed.length === 0
      ? ''
      : ` ${namesInWords(failed.map(({ driveName }) => driveName))} could not be measured: ${failed[0]?.error ?? 'no reason was recorded'}`
  if (measured.length === 0) return missing.trim()
  if (whole.calls.high === 0) return `There is nothing to back up in ${names}.${missing}`
  return `A first backup of ${names} takes ${durationRange(whole.ms)} at today’s quota. ${limitedBy(whole)}${missing}`
}

const between = ({ low, high }: Range, show: (value: number) => Text): Text =>
  low === high ? show(high) : ([show(low), ' to ', show(high)].flat() as Text)

function wholeNodes(whole: Estimate, now: Date): NodeOf<Meant>[] {
  const at = (ms: number) => time(new Date(now.getTime() + ms))
  return [
    {
      type: 'fields',
      fields: [
        { label: 'Items', value: count(whole.items) },
        { label: 'To fetch', value: between(whole.bytes, bytes) },
        { label: 'Calls of Google', value: between(whole.calls, (value) => count(value)) },
        { label: 'Quota units', value: between(whole.units, (value) => count(value)) },
        { label: 'Takes', value: durationRange(whole.ms) },
        { label: 'Done, if it began now', value: between(whole.ms, at) },
      ],
    },
  ]
}

const rowsShown = 20

function tableOf({ drives, limits, speed }: EstimateView): NodeOf<Meant> {
  const more = drives.length - rowsShown
  return {
    type: 'table',
    caption: `What each drive takes by itself${more > 0 ? `; ${plural(more, 'more drive is', 'more drives are')} in the sums` : ''}`,
    columns: [{ label: 'Drive' }, { label: 'Items', align: 'end' }, { label: 'To fetch', align: 'end' }, { label: 'Takes' }],
    rows: drives.slice(0, rowsShown).map((drive) => {
      if (drive.state !== 'done') return { cells: [drive.driveName, '–', '–', drive.error ?? 'not measured'] }
      const alone = estimateOf([costOf(drive.measured as MeasuredDrive)], limits, speed)
      return { cells: [drive.driveName, count(alone.items), between(alone.bytes, bytes), durationRange(alone.ms)] }
    }),
  }
}

function reasonNodes({ limits, identities, speed, drives }: EstimateView, measured: EstimateView['drives']): NodeOf<Meant>[] {
  const calls = callsOf(drives)
  const all = measured.map((drive) => drive.measured as MeasuredDrive)
  return [
    { type: 'section', title: 'What was measured', open: true, nodes: [{ type: 'list', items: measuredLines(all, calls) }] },
    {
      type: 'section',
      title: 'What is assumed',
      open: true,
      nodes: [{ type: 'list', items: assumedLines(all, limits, identities, speed) }],
    },
  ]
}

function footerOf({ createdAt, id }: EstimateRow): Text {
  return ['Asked for ', time(createdAt), ' · ', code(id)]
}
