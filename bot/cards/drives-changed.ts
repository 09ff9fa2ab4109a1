import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { namesInWords, plural, time } from './values.ts'

export type DrivesChanged = {
  readonly verb: 'activated' | 'paused' | 'resumed'
  readonly changed: readonly { readonly id: string; readonly name: string }[]
  /** Those that stayed as they were, and why. */
  readonly unchanged: readonly { readonly name: string; readonly why: string }[]
  readonly nextSlot?: Date | undefined
  readonly dryRun: boolean
}

/** ACT-03, ACT-07, ACT-08: what became of the chosen drives. */
export function drivesChangedCard({ verb, changed, unchanged, nextSlot, dryRun }: DrivesChanged): CardDraft {
  const names = namesInWords(changed.map(({ name }) => name))
  const done = dryRun ? `would be ${verb}` : changed.length === 1 ? `is ${verb}` : `are ${verb}`
  const effect =
    verb === 'paused'
      ? 'No backup starts before Resume; what is backed up stays recoverable.'
      : 'The status is Scheduled until the first backup has run.'
  const sentence = changed.length === 0 ? 'No drive was changed.' : `${names} ${done}. ${dryRun ? 'Nothing was done.' : effect}`
  return {
    kind: 'drives-changed',
    title: changed.length === 0 ? 'Nothing to do' : `${plural(changed.length, 'drive')} ${dryRun ? `would be ${verb}` : verb}`,
    tone: changed.length === 0 || unchanged.length > 0 ? 'warn' : 'ok',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      ...(unchanged.length > 0 ? [{ type: 'list', items: unchanged.map(({ name, why }) => `${name}: ${why}`) } as const] : []),
      ...(nextSlot && changed.length > 0 && verb !== 'paused'
        ? [{ type: 'text', text: ['The next scheduled backup is ', time(nextSlot), '.'], look: 'quiet' } as const]
        : []),
    ],
    actions:
      changed.length > 0 && !dryRun
        ? [
            verb === 'paused'
              ? button('Resume', run('resume', { drives: changed.map(({ id }) => id) }))
              : button('Back up now', run('backup now', { drives: changed.map(({ id }) => id) }), { style: 'primary' }),
            button('Drives', run('drives')),
          ]
        : [],
  }
}
