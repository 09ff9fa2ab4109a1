/** What can be done with a card, numbered in the order in which it stands there: how a terminal names what a page shows as buttons. */
import type { Button, Card, FormField, Node, Option } from '../cards/model.ts'

export type Control = {
  readonly number: number
  readonly label: string
  readonly token: string
  /** What has to be entered first: the fields of a form or dialog, or the one choice of a select. */
  readonly fields: readonly FormField[]
  readonly confirm?: Button['confirm']
  /** Selections of the card's tables whose values go along, with what can be chosen. */
  readonly selections: readonly {
    readonly name: string
    readonly label: string
    readonly multiple: boolean
    readonly options: readonly Option[]
  }[]
}

export function controlsOf(card: Card): readonly Control[] {
  const found: Omit<Control, 'number'>[] = []
  const add = (button: Button, fields: readonly FormField[] = [], label = button.label) => {
    const all = [...fields, ...(button.dialog?.fields ?? [])]
    const selections = selectionsOf(card, button.requires ?? [])
    found.push({ label, token: button.token, fields: all, selections, ...(button.confirm && { confirm: button.confirm }) })
  }
  for (const { row, title } of rowsOf(card.nodes)) {
    for (const action of row.actions ?? []) if (action.type === 'button') add(action, [], `${action.label} ${title}`)
  }
  if (card.form) add(card.form.submit, card.form.fields)
  for (const action of card.actions) {
    if (action.type === 'button') add(action)
    if (action.type === 'menu') for (const item of action.items) add(item)
    if (action.type === 'select') {
      const { name, label, options, token, value } = action
      const field: FormField = { type: 'choice', name, label, options, required: true, ...(value !== undefined && { value }) }
      found.push({ label, token, fields: [field], selections: [] })
    }
  }
  return found.map((control, index) => ({ number: index + 1, ...control }))
}

/** The control that a person means by its number or by its label, in whatever case; the beginning of a label is enough where it is clear. */
export function controlNamed(card: Card, named: string): Control | undefined {
  const controls = controlsOf(card)
  const wanted = named.trim().toLowerCase()
  const exact = controls.find(({ number, label }) => String(number) === wanted || label.toLowerCase() === wanted)
  const begun = controls.filter(({ label }) => label.toLowerCase().startsWith(wanted))
  return exact ?? (begun.length === 1 ? begun[0] : undefined)
}

function selectionsOf(card: Card, names: readonly string[]): Control['selections'] {
  return tablesOf(card.nodes).flatMap(({ selection, rows }) => {
    if (!selection || !names.includes(selection.name)) return []
    const options = rows.flatMap((row) => (row.value === undefined ? [] : [{ value: row.value, label: titleOf(row) }]))
    return [{ ...selection, options }]
  })
}

type Table = Extract<Node, { type: 'table' }>

function tablesOf(nodes: readonly Node[]): Table[] {
  return nodes.flatMap((node) => (node.type === 'table' ? [node] : node.type === 'section' ? tablesOf(node.nodes) : []))
}

function rowsOf(nodes: readonly Node[]) {
  return tablesOf(nodes).flatMap(({ rows }) => rows.map((row) => ({ row, title: titleOf(row) })))
}

function titleOf({ cells: [first] }: Table['rows'][number]): string {
  if (typeof first === 'string') return first
  const values = Array.isArray(first) ? first : [first]
  return values
    .map((value) =>
      typeof value === 'string' ? value : value && 'text' in value ? value.text : value && 'name' in value ? value.name : '',
    )
    .join('')
}
