import type { QuotaStanding } from '../../db/quota.ts'
import { dayCeiling, type Lane, lanes } from '../../workflows/policy/lanes.ts'
import { button, run } from './buttons.ts'
import type { CardDraft, Meant, NodeOf, Text, Value } from './model.ts'
import { bytes, count, namesInWords, short } from './values.ts'

export type QuotaView = {
  /** Projects first. */
  readonly rows: readonly QuotaStanding[]
  readonly taskNames: ReadonlyMap<string, string>
}

/** What is used and left of Google's limits today, for each project and each person that an account's tasks act as. */
export function quotaCard({ rows, taskNames }: QuotaView): CardDraft {
  const [first] = rows
  const sentence = sentenceOf(rows)
  return {
    kind: 'quota',
    title: 'Quota of Google',
    tone: stoppedLanes(rows).length > 0 ? 'warn' : 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      table(rows, taskNames),
      ...(first ? [{ type: 'time', label: 'The day ends', at: first.dayEndsAt.toISOString() } as const] : []),
    ],
    actions: [button('Again', run('status quota'))],
    footer:
      'Google’s day goes from midnight to midnight in Pacific time. What a worker has set aside and not used yet counts as used for some seconds.',
  }
}

type Share = { readonly used: number; readonly of: number }

const shares = (rows: readonly QuotaStanding[], of: 'units' | 'egress'): Share[] =>
  rows.flatMap((row) => {
    const [used, perDay] = of === 'units' ? [row.unitsToday, row.unitsPerDay] : [row.egressToday, row.egressPerDay]
    return perDay === null ? [] : [{ used, of: perDay }]
  })

const fullest = (all: readonly Share[]): number | undefined =>
  all.length === 0 ? undefined : Math.max(...all.map(({ used, of }) => used / of))

const percent = (share: number): string => (share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.floor(share * 100)} %`)

function sentenceOf(rows: readonly QuotaStanding[]): string {
  if (rows.length === 0) return 'Google has not been asked for anything yet, so nothing is used.'
  const [units, egress] = [fullest(shares(rows, 'units')), fullest(shares(rows, 'egress'))]
  const used =
    units === undefined && egress === undefined
      ? 'There is no limit of ours for a day.'
      : `Of today’s quota ${[
          ...(units === undefined ? [] : [`${percent(units)} of the units`]),
          ...(egress === undefined ? [] : [`${percent(egress)} of the bytes`]),
        ].join(' and ')} are used.`
  const stopped = stoppedLanes(rows)
  const waiting = stopped.length === 0 ? '' : ` ${capital(lanesInWords(stopped))} wait for the next day.`
  return `${used}${waiting}`
}

const laneWords: Readonly<Record<Lane, string>> = {
  restore: 'restores',
  'on demand': 'backups on demand',
  scheduled: 'scheduled backups',
  background: 'checks and estimates',
}

const lanesInWords = (some: readonly Lane[]): string =>
  namesInWords(
    some.map((lane) => laneWords[lane]),
    4,
  )

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Lanes that have reached their ceiling of a day in one of the limits. */
function stoppedLanes(rows: readonly QuotaStanding[]): Lane[] {
  const full = fullest([...shares(rows, 'units'), ...shares(rows, 'egress')]) ?? 0
  return lanes.filter((lane) => full >= dayCeiling[lane])
}

function table(rows: readonly QuotaStanding[], taskNames: ReadonlyMap<string, string>): NodeOf<Meant> {
  return {
    type: 'table',
    caption: 'Used and left today',
    columns: [
      { label: 'Limit of' },
      { label: 'Tasks' },
      { label: 'Units' },
      { label: 'Units a minute', align: 'end' },
      { label: 'Bytes out of Drive' },
      { label: 'Waits now' },
    ],
    rows: rows.map((row) => ({
      cells: [
        named(row.key),
        namesInWords(row.taskIds.map((taskId) => taskNames.get(taskId) ?? 'a task that is gone')),
        usedAndLeft(row.unitsToday, row.unitsPerDay, (value) => count(Math.round(value))),
        row.perMinute === null ? 'no limit' : count(Math.round(row.perMinute)),
        usedAndLeft(row.egressToday, row.egressPerDay, (value) => bytes(Math.round(value))),
        waitingNow(row),
      ],
    })),
    empty: 'Nothing was asked of Google yet.',
  }
}

function named(key: string): string {
  const [kind, ...rest] = key.split(':')
  return `${kind === 'project' ? 'Project' : 'Person'} ${short(rest.join(':'), 60)}`
}

const usedAndLeft = (used: number, perDay: number | null, show: (value: number) => Value): Text => [
  show(used),
  ' used, ',
  ...(perDay === null ? ['no limit'] : [show(Math.max(0, perDay - used)), ' left']),
]

function waitingNow({ lanes: state, now }: QuotaStanding): string {
  const waits = lanes.filter((lane) => ((state as Partial<Record<Lane, { waitsUntil?: number }>>)[lane]?.waitsUntil ?? 0) > now.getTime())
  return waits.length === 0 ? '–' : lanesInWords(waits)
}
