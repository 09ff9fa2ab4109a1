import type { Tone } from '../../cards/model.ts'

/** A tone's sign and word; its colour never stands alone. */
export const toneSigns: Readonly<Record<Tone, { readonly sign: string; readonly word: string }>> = {
  info: { sign: 'i', word: 'For information' },
  ok: { sign: '✓', word: 'Good' },
  warn: { sign: '!', word: 'Attention' },
  fail: { sign: '✕', word: 'Problem' },
}
