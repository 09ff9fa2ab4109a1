import type { ActionOf, CardDraft, Meant, NodeOf, Tone } from './model.ts'

/** A short answer: one sentence, and what to do next. */
export function notice(
  tone: Tone,
  title: string,
  sentence: string,
  more: { readonly nodes?: readonly NodeOf<Meant>[]; readonly actions?: readonly ActionOf<Meant>[] } = {},
): CardDraft {
  return {
    kind: 'notice',
    title,
    tone,
    summaryText: sentence,
    nodes: [{ type: 'text', text: sentence }, ...(more.nodes ?? [])],
    actions: more.actions ?? [],
  }
}
