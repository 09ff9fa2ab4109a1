/** The one way in: every surface hands over what a person typed or pressed, and shows the replies. Knows no surface by name. */
import type { Subject } from '../../db/chat-messages.ts'
import type { Card, Option } from '../cards/model.ts'

export type { Subject }

export type Reply = {
  readonly card: Card
  /** What the card is about; its message is rendered again whenever that changes. */
  readonly subject?: Subject
  /** Meant for this person only; a surface with shared conversations does not show it to others. */
  readonly ephemeral: boolean
  /** The card takes the place of the one whose button was pressed. */
  readonly replaces?: true
  /** The person asked for the card model itself (`--json`). */
  readonly asJson?: true
}

/** What a form or a selection sends along, by field name. */
export type Values = Readonly<Record<string, string | boolean | readonly string[]>>

export type Inbound = {
  readonly accountId: string
  readonly personId: string
  /** Written to the audit log, and nothing else depends on it. */
  readonly surface: string
  /** The event's content key: a repeat with the same key gets the stored answer and does nothing (R18). */
  readonly dedupeKey: string
}

export type Suggestion = {
  /** The whole line as it would be with this suggestion taken, and where the cursor then stands. */
  readonly text: string
  readonly cursor: number
  readonly label: string
  readonly hint?: string
}

export interface Gateway {
  /** A line that a person typed. Never throws for what they typed: the answer is a card. An empty line gets the home card. */
  say(input: Inbound & { readonly text: string }): Promise<readonly Reply[]>
  /** A click or a submitted form. Always answers, also for a token that nobody knows any more (R4). */
  act(input: Inbound & { readonly token: string; readonly values: Values }): Promise<readonly Reply[]>
  /** What could stand at the cursor. Best first, at most ten. */
  complete(input: {
    readonly accountId: string
    readonly personId: string
    readonly text: string
    readonly cursor: number
  }): Promise<readonly Suggestion[]>
  /** Choices for a form field's `optionsSource`, for what has been typed so far; at most 25. */
  options(input: {
    readonly accountId: string
    readonly personId: string
    readonly source: string
    readonly text: string
  }): Promise<readonly Option[]>
}
