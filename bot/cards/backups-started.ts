import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { plural } from './values.ts'

/** Many backups at once: one table instead of as many cards. */
export function backupsStartedCard(
  rows: readonly { readonly drive: { readonly id: string; readonly name: string }; readonly started: boolean; readonly said: string }[],
): CardDraft {
  const started = rows.filter((row) => row.started).length
  const sentence =
    started === 0
      ? 'No backup was started.'
      : `${plural(started, 'backup is queued and starts', 'backups are queued and start')} as soon as a worker is free, which may take several minutes. Queued is not failed.`
  return {
    kind: 'backups-started',
    title: 'Backups',
    tone: started === rows.length ? 'info' : 'warn',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'table',
        caption: 'What became of each drive',
        columns: [{ label: 'Drive' }, { label: 'Result' }],
        rows: rows.map(({ drive, said }) => ({ cells: [drive.name, said] })),
      },
    ],
    actions: [button('Drives', run('drives'))],
  }
}
