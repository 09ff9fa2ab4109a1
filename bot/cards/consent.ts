import type { CardDraft } from './model.ts'
import { time } from './values.ts'

/** TASK-01, TASK-02, SET-05: the way to Google's consent page, for this person and for a short time. */
export function consentCard(consent: {
  readonly taskName: string
  readonly reconnect: boolean
  readonly url: string
  readonly expiresAt: Date
}): CardDraft {
  const sentence = consent.reconnect
    ? `Sign in with Google once more to reconnect the task ${consent.taskName}. Its history and settings stay as they are.`
    : `Sign in with Google to connect the new task ${consent.taskName}. It is created when you come back.`
  return {
    kind: 'consent',
    title: consent.reconnect ? `Reconnect · ${consent.taskName}` : `New backup task · ${consent.taskName}`,
    tone: 'info',
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      {
        type: 'text',
        text: 'Sign in as an administrator who is Manager or Content manager of the shared drives that are to be backed up.',
        look: 'quiet',
      },
    ],
    actions: [{ type: 'link', label: 'Sign in with Google', url: consent.url, style: 'primary' }],
    footer: ['The link is for you alone and good until ', time(consent.expiresAt)],
  }
}
