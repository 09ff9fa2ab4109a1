import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { duration, namesInWords } from './values.ts'

export type Check = {
  readonly part: string
  readonly ok: boolean
  readonly said: string
  readonly latencyMs?: number
  /** What to do, when it is not well. */
  readonly advice?: string
}

export function doctorCard(checks: readonly Check[]): CardDraft {
  const bad = checks.filter(({ ok }) => !ok)
  const sentence =
    bad.length === 0
      ? 'Every part answers.'
      : `${namesInWords(bad.map(({ part }) => part))} ${bad.length === 1 ? 'needs' : 'need'} attention. ${bad[0]?.advice ?? ''}`.trim()
  return {
    kind: 'doctor',
    title: 'Doctor',
    tone: bad.length === 0 ? 'ok' : 'fail',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'table',
        caption: 'Parts',
        columns: [
          { label: 'Part' },
          { label: 'State' },
          { label: 'What it says' },
          { label: 'Answered in', align: 'end' },
          { label: 'What to do' },
        ],
        rows: checks.map(({ part, ok, said, latencyMs, advice }) => ({
          cells: [
            part,
            { type: 'status', tone: ok ? 'ok' : 'fail', text: ok ? 'ok' : 'NOT OK' },
            said,
            latencyMs === undefined ? '–' : duration(latencyMs),
            advice ?? '–',
          ],
        })),
      },
    ],
    actions: [button('Check again', run('doctor'))],
  }
}
