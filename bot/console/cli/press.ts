import type { Card } from '../../cards/model.ts'
import type { Values } from '../../gateway/gateway.ts'
import { type Control, controlNamed, controlsOf } from '../controls.ts'
import type { ModelMessage } from '../conversation/present.ts'
import { BotRefused } from './client.ts'

export type Pressed = { readonly messageId: string; readonly control: Control }

/** The button that a person means: of the newest card that has one of this number or name. */
export function buttonNamed(messages: readonly ModelMessage[], named: string): Pressed {
  const withButtons = messages.filter(({ card }) => card && controlsOf(card).length > 0).reverse()
  for (const { id, card } of withButtons) {
    const control = card && controlNamed(card, named)
    if (control) return { messageId: id, control }
    // A number is meant for the newest card that has buttons, and for no other.
    if (/^\d+$/.test(named)) break
  }
  const [newest] = withButtons
  if (!newest?.card) throw new BotRefused('There is no card with buttons in this conversation.')
  throw new BotRefused(`There is no button "${named}". The last card has ${listed(newest.card)}.`)
}

/** What a button sends: what was given, and for the fields that were not, what stands in them already. */
export function valuesFor({ fields, selections }: Control, given: Values): Values {
  const values: Record<string, Values[string]> = {}
  for (const field of fields) values[field.name] = given[field.name] ?? field.value ?? (field.type === 'toggle' ? false : '')
  for (const { name, multiple, options } of selections) {
    const chosen = given[name] ?? []
    const list = (Array.isArray(chosen) ? chosen : [String(chosen)]).map((text) => chosenValue(text, options))
    values[name] = multiple ? list : (list[0] ?? '')
  }
  return values
}

/** A row may be named by what stands in its first column. */
function chosenValue(text: string, options: Control['selections'][number]['options']): string {
  const wanted = text.toLowerCase()
  return options.find(({ value, label }) => value === text || label.toLowerCase() === wanted)?.value ?? text
}

const listed = (card: Card) =>
  controlsOf(card)
    .map(({ number, label }) => `[${number}] ${label}`)
    .join(', ')
