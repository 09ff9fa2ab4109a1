/**
 * What a card says, free of any place where it may be shown. Plain JSON: a renderer turns it into a page, a terminal or a message.
 * Values stay typed (a time, a size, a person) and are formatted late, in the viewer's time zone. Every text may hold names out of
 * Drive and is therefore hostile: no markup is ever meant, and renderers escape all of it.
 */

export type Tone = 'info' | 'ok' | 'warn' | 'fail'

export type Value =
  | string
  /** A moment, as an ISO 8601 string in UTC. */
  | { readonly type: 'time'; readonly at: string }
  | { readonly type: 'duration'; readonly ms: number }
  | { readonly type: 'bytes'; readonly bytes: number }
  | { readonly type: 'rate'; readonly bytesPerSecond: number }
  /** A number of things; `one` and `many` name them ("1 file", "1,204 files"). */
  | { readonly type: 'count'; readonly count: number; readonly one?: string; readonly many?: string }
  /** A word of a status vocabulary. Never colour alone: `text` says it all. */
  | { readonly type: 'status'; readonly tone: Tone; readonly text: string }
  | { readonly type: 'person'; readonly personId: string; readonly name: string }
  | { readonly type: 'link'; readonly text: string; readonly url: string }
  /** To be typed or compared literally: a command, an id, a hash. */
  | { readonly type: 'code'; readonly text: string }

/** A run of text, in pieces where typed values stand in it. */
export type Text = Value | readonly Value[]

/** A button's meaning before it is shown: a command of the registry with arguments that the click cannot change. */
export type Intent = {
  readonly command: string
  readonly args: Readonly<Record<string, unknown>>
  /** The job, approval, run, task or drive that the button is bound to (R3). */
  readonly subjectId?: string
}

/** What a shown button carries instead: an opaque token that stands for exactly one intent. */
export type Shown = { readonly token: string }
export type Meant = { readonly intent: Intent }

export type Confirm = { readonly title: string; readonly text: string; readonly confirmLabel: string }

export type ButtonOf<Ref> = Ref & {
  readonly type: 'button'
  readonly label: string
  readonly style?: 'primary' | 'danger'
  /** What a screen reader says, where the label alone does not tell which thing is meant. */
  readonly a11yLabel?: string
  /** Asked before the click is sent. */
  readonly confirm?: Confirm
  /** Asked for before the click is sent; what is entered goes along as `values`. */
  readonly dialog?: Dialog
  /** Names of selections or fields of this card that must not be empty: until then the button is disabled (REC-06). Their values go along. */
  readonly requires?: readonly string[]
}

export type Option = { readonly value: string; readonly label: string; readonly hint?: string }

/** Chooses one; the choice is sent at once as `values[name]`. */
export type SelectOf<Ref> = Ref & {
  readonly type: 'select'
  readonly name: string
  readonly label: string
  readonly value?: string
  readonly options: readonly Option[]
}

/** Opens a page in the browser. */
export type Link = { readonly type: 'link'; readonly label: string; readonly url: string; readonly style?: 'primary' }

/** Less frequent actions behind one button (R9: at most three buttons in the row). */
export type MenuOf<Ref> = { readonly type: 'menu'; readonly label: string; readonly items: readonly ButtonOf<Ref>[] }

export type ActionOf<Ref> = ButtonOf<Ref> | SelectOf<Ref> | Link | MenuOf<Ref>

type FieldBase = {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly required?: boolean
  readonly error?: string
}

export type FormField = FieldBase &
  (
    | {
        readonly type: 'text'
        readonly value?: string
        readonly maxLength?: number
        readonly multiline?: boolean
        readonly placeholder?: string
      }
    | { readonly type: 'date'; readonly value?: string }
    | { readonly type: 'toggle'; readonly value: boolean }
    /** Radio buttons or a list; `optionsSource` names what `Gateway.options` looks up while the person types. */
    | {
        readonly type: 'choice'
        readonly value?: string
        readonly options: readonly Option[]
        readonly optionsSource?: string
        readonly look?: 'radio' | 'list'
      }
  )

/** A form that opens over the conversation. Submitting it is the click of the button that it belongs to. */
export type Dialog = {
  readonly title: string
  readonly text?: string
  readonly fields: readonly FormField[]
  readonly submitLabel: string
}

/** A form that stands in the card itself. */
export type FormOf<Ref> = { readonly fields: readonly FormField[]; readonly submit: ButtonOf<Ref> }

export type TableOf<Ref> = {
  readonly type: 'table'
  /** Says what the rows are; a screen reader reads it first. */
  readonly caption: string
  readonly columns: readonly { readonly label: string; readonly align?: 'end' }[]
  readonly rows: readonly {
    readonly cells: readonly Text[]
    /** What choosing this row sends, where the table has a selection. */
    readonly value?: string
    /** At the end of the row; no column stands for them. */
    readonly actions?: readonly (ButtonOf<Ref> | Link)[]
  }[]
  /** Rows can be chosen; the chosen rows' values are sent as `values[name]`. */
  readonly selection?: { readonly name: string; readonly label: string; readonly multiple: boolean }
  /** What stands there when there is no row. */
  readonly empty?: string
}

export type NodeOf<Ref> =
  | { readonly type: 'text'; readonly text: Text; readonly look?: 'quiet' | 'strong' }
  | { readonly type: 'fields'; readonly fields: readonly { readonly label: string; readonly value: Text }[] }
  | { readonly type: 'list'; readonly items: readonly Text[]; readonly ordered?: boolean }
  | TableOf<Ref>
  /** `fraction` is within 0…1; absent while nobody knows how much there is. */
  | { readonly type: 'progress'; readonly label: string; readonly fraction?: number; readonly text: Text }
  /** The phases of long work, in order. */
  | {
      readonly type: 'phases'
      readonly phases: readonly { readonly label: string; readonly state: 'waiting' | 'running' | 'done' | 'failed' }[]
    }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'divider' }
  | { readonly type: 'section'; readonly title: string; readonly open: boolean; readonly nodes: readonly NodeOf<Ref>[] }
  | { readonly type: 'time'; readonly label: string; readonly at: string }
  | { readonly type: 'person'; readonly label: string; readonly personId: string; readonly name: string }
  | { readonly type: 'image'; readonly url: string; readonly alt: string }

export type CardOf<Ref> = {
  /** Which builder made it, such as `drive-list`. */
  readonly kind: string
  readonly title: string
  readonly tone: Tone
  /** The whole meaning as a full sentence: for notifications, screen readers and places that show no cards. Never empty. */
  readonly summaryText: string
  readonly nodes: readonly NodeOf<Ref>[]
  readonly form?: FormOf<Ref>
  readonly actions: readonly ActionOf<Ref>[]
  readonly footer?: Text
}

/** A card as builders make it: its buttons say what they mean. */
export type CardDraft = CardOf<Meant>
/** A card as surfaces get it: its buttons carry tokens. */
export type Card = CardOf<Shown>

export type Node = NodeOf<Shown>
export type Action = ActionOf<Shown>
export type Button = ButtonOf<Shown>
export type Form = FormOf<Shown>
export type Table = TableOf<Shown>
