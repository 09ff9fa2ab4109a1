// @ts-check
/** A list of suggestions below or above an input (ARIA combobox): arrows choose, Tab and Enter take, Escape closes. */
import { make } from './fragment.js'

/** @typedef {{ label: string, hint?: string | undefined, take: () => void }} Choice */

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {{
 *   find: (signal: AbortSignal) => Promise<readonly Choice[]>,
 *   onKey?: (event: KeyboardEvent) => void,
 * }} options `onKey` gets the keys that the list does not want
 */
export function suggest(input, list, { find, onKey }) {
  /** @type {readonly Choice[]} */
  let choices = []
  let active = -1
  let asking = new AbortController()

  const isOpen = () => !list.hidden

  function close() {
    asking.abort()
    list.hidden = true
    active = -1
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
  }

  /** @param {number} index */
  function mark(index) {
    active = index
    for (const [at, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(at === index))
    const item = list.children[index]
    if (!item) return input.removeAttribute('aria-activedescendant')
    input.setAttribute('aria-activedescendant', item.id)
    item.scrollIntoView({ block: 'nearest' })
  }

  /** @param {number} index */
  function take(index) {
    const choice = choices[index]
    close()
    choice?.take()
  }

  async function open() {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    // Suggestions are a help; without them one types on. What cannot be reached is said when the line is sent.
    const found = await find(signal).catch(() => [])
    // The next question is under way already: this one must not close what that one opens.
    if (signal.aborted) return
    choices = found
    if (choices.length === 0) return close()
    list.replaceChildren(...choices.map(item))
    list.hidden = false
    input.setAttribute('aria-expanded', 'true')
    mark(-1)
  }

  /**
   * @param {Choice} choice
   * @param {number} index
   */
  function item({ label, hint }, index) {
    const element = make('li')
    element.id = `${list.id}-${index}`
    element.role = 'option'
    element.append(make('span', { class: 'word', text: label }))
    if (hint) element.append(make('span', { class: 'about', text: hint }))
    element.addEventListener('pointerdown', (event) => {
      event.preventDefault()
      take(index)
    })
    return element
  }

  input.addEventListener('input', open)
  input.addEventListener('blur', close)
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const { key } = event
    if (isOpen() && (key === 'ArrowDown' || key === 'ArrowUp')) {
      event.preventDefault()
      const count = choices.length
      mark(key === 'ArrowDown' ? (active + 1) % count : (active <= 0 ? count : active) - 1)
    } else if (isOpen() && key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      close()
    } else if (isOpen() && key === 'Tab' && !event.shiftKey) {
      event.preventDefault()
      take(Math.max(active, 0))
    } else if (isOpen() && key === 'Enter' && active >= 0) {
      event.preventDefault()
      take(active)
    } else if (!isOpen() && key === 'ArrowDown') {
      event.preventDefault()
      open()
    } else onKey?.(event)
  })
  return { open, close, isOpen }
}
