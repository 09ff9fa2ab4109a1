// @ts-check
/** What one does with cards: buttons, forms, selections. Every click shows at once that it was felt, and ends in an answer. */
import { act, NotReached, newKey, options } from './api.js'
import { askFirst, reopenInvalid } from './dialogs.js'
import { make } from './fragment.js'
import { announce, show } from './log.js'
import { suggest } from './suggest.js'
import { fieldValues, selectedValues } from './values.js'

/** @typedef {import('./api.js').Values} Values */

export function startCards() {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-token]') : null
    if (button instanceof HTMLButtonElement && button.type === 'button') press(button, {})
  })
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !form.matches('[data-fill]')) return
    event.preventDefault()
    const button = form.querySelector('button[type="submit"][data-token]')
    if (button instanceof HTMLButtonElement) press(button, fieldValues(form))
  })
  document.addEventListener('change', (event) => {
    const { target } = event
    if (target instanceof HTMLSelectElement && target.dataset.token !== undefined) {
      if (target.value !== '') send(target, target.dataset.token, { [target.name]: target.value })
    }
    if (target instanceof HTMLInputElement && target.dataset.all !== undefined) chooseAll(target)
    if (target instanceof Element) enable(target.closest('.card'))
  })
  document.addEventListener('input', (event) => {
    if (event.target instanceof Element) enable(event.target.closest('.card'))
  })
  document.addEventListener('backstop:shown', (event) => {
    if (event.target instanceof Element) prepare(event.target)
  })
  for (const message of document.querySelectorAll('.message')) prepare(message)
}

/** @param {Element} message */
function prepare(message) {
  for (const card of message.querySelectorAll('.card')) enable(card)
  for (const input of message.querySelectorAll('input[data-source]')) lookUp(/** @type {HTMLInputElement} */ (input))
}

/**
 * @param {HTMLButtonElement} button
 * @param {Values} given
 */
async function press(button, given) {
  const { token } = button.dataset
  if (token === undefined || button.getAttribute('aria-busy') === 'true') return
  const card = button.closest('.card')
  const values = { ...given, ...(card ? selectedValues(card, required(button)) : {}) }
  const asked = await askFirst(button)
  if (asked) await send(button, token, { ...values, ...asked })
}

/**
 * @param {HTMLElement} control
 * @param {string} token
 * @param {Values} values
 * @param {string} [clientId]
 */
async function send(control, token, values, clientId = newKey()) {
  const message = control.closest('.message')
  const messageId = message?.id
  const find = () =>
    (messageId && document.getElementById(messageId)?.querySelector(`[data-key="${CSS.escape(control.dataset.key ?? '')}"]`)) || control
  find().setAttribute('aria-busy', 'true')
  announce(`Sent: ${control.textContent?.trim() || control.getAttribute('name')}`)
  try {
    const { messages } = await act({ token, values, clientId, messageId })
    answer(messageId, messages.length === 0 ? 'Done.' : undefined)
    show(messages, { follow: true })
    reopenInvalid(messages.map(({ id }) => id))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    answer(
      messageId,
      text,
      error instanceof NotReached ? () => send(/** @type {HTMLElement} */ (find()), token, values, clientId) : undefined,
    )
  } finally {
    find().removeAttribute('aria-busy')
  }
}

/**
 * A line at the end of the card that was pressed.
 * @param {string | undefined} messageId
 * @param {string} [text]
 * @param {() => void} [again]
 */
function answer(messageId, text, again) {
  const card = messageId ? document.getElementById(messageId)?.querySelector('.card') : undefined
  card?.querySelector('.answer')?.remove()
  if (!card || text === undefined) return
  const line = make('p', { class: again ? 'answer fail' : 'answer', text: `${text} ` })
  line.role = 'alert'
  if (again) {
    const button = make('button', { text: 'Try again' })
    button.type = 'button'
    button.addEventListener('click', again)
    line.append(button)
  }
  card.append(line)
  line.scrollIntoView({ block: 'nearest' })
}

/** @param {HTMLElement} button */
function required(button) {
  return button.dataset.requires?.split(' ') ?? []
}

/** A button that needs a selection or a field can be pressed only when that is there. @param {Element | null} card */
function enable(card) {
  for (const button of card?.querySelectorAll('button[data-requires]') ?? []) {
    if (!(button instanceof HTMLButtonElement) || !card) continue
    const values = selectedValues(card, required(button))
    button.disabled = required(button).some((name) => (values[name] ?? '').toString() === '')
    button.title = button.disabled ? 'Choose something first' : ''
  }
}

/** @param {HTMLInputElement} box */
function chooseAll(box) {
  for (const other of box.closest('table')?.querySelectorAll(`input[name="${CSS.escape(box.dataset.all ?? '')}"]`) ?? []) {
    if (other instanceof HTMLInputElement) other.checked = box.checked
  }
}

/** A field whose choices are looked up while one types. @param {HTMLInputElement} input */
function lookUp(input) {
  const list = make('ul', { class: 'options below' })
  list.id = `${input.id}-options`
  list.role = 'listbox'
  list.hidden = true
  list.setAttribute('aria-label', 'Choices')
  input.setAttribute('aria-controls', list.id)
  input.after(list)
  input.addEventListener('input', () => {
    // What is typed counts as it stands until a choice is taken; the server says when it means nothing.
    input.dataset.value = input.value
  })
  suggest(input, list, {
    find: async (signal) => {
      const found = await options(input.dataset.source ?? '', input.value, signal)
      return found.options.map(({ value, label, hint }) => ({
        label,
        hint,
        take: () => {
          input.value = label
          input.dataset.value = value
          enable(input.closest('.card'))
        },
      }))
    },
  })
}
