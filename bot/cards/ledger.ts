import type { LedgerLine } from '../gateway/practice.ts'
import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { code, count, plural } from './values.ts'

/** What the practice Drive was asked, by method. */
export function ledgerCard(lines: readonly LedgerLine[]): CardDraft {
  const calls = lines.reduce((sum, line) => sum + line.calls, 0)
  const units = lines.reduce((sum, line) => sum + line.units, 0)
  const sentence = `The practice Drive has answered ${plural(calls, 'call')} for ${plural(units, 'quota unit')}.`
  return {
    kind: 'ledger',
    title: 'Calls of the practice Drive',
    tone: 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'table',
        caption: 'Calls by method',
        columns: [{ label: 'Method' }, { label: 'Calls', align: 'end' }, { label: 'Units', align: 'end' }],
        rows: [...lines]
          .sort((a, b) => b.units - a.units)
          .map((line) => ({ cells: [code(line.method), count(line.calls), count(line.units)] })),
        empty: 'Nothing was asked yet.',
      },
    ],
    actions: [button('Again', run('practice ledger'))],
  }
}
