// @ts-check
/** Questions before a click is sent: "are you sure", or a form. */
import { fieldValues } from './values.js'

/** @typedef {import('./api.js').Values} Values */

/**
 * Opens the button's dialog, if it has one. A button that has to ask and cannot is not pressed at all.
 * @param {HTMLElement} button
 * @returns {Promise<Values | undefined>} what was entered; undefined when the person thought better of it
 */
export function askFirst(button) {
  if (button.getAttribute('aria-haspopup') !== 'dialog') return Promise.resolve({})
  const dialog = button.parentElement?.querySelector(`dialog[data-for="${CSS.escape(button.dataset.key ?? '')}"]`)
  return dialog instanceof HTMLDialogElement ? ask(dialog, button) : Promise.resolve(undefined)
}

/** Opens again a form that the server has sent back with remarks on its fields. @param {readonly string[]} messageIds */
export function reopenInvalid(messageIds) {
  for (const id of messageIds) {
    const dialog = document.getElementById(id)?.querySelector('dialog[data-invalid]')
    const key = dialog instanceof HTMLElement ? dialog.dataset.for : undefined
    const button = key !== undefined && document.querySelector(`button[data-key="${CSS.escape(key)}"]`)
    if (button instanceof HTMLElement) return button.click()
  }
}

/**
 * While it is open it stands at the top of the page, so that a new rendering of its card does not take it away.
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement} button
 * @returns {Promise<Values | undefined>}
 */
function ask(dialog, button) {
  const place = document.createComment('dialog')
  dialog.replaceWith(place)
  document.body.prepend(dialog)
  dialog.showModal()
  const wrong = dialog.querySelector('[aria-invalid="true"], input, textarea, select')
  if (wrong instanceof HTMLElement) wrong.focus()
  const { promise, resolve } = Promise.withResolvers()
  const listening = new AbortController()
  const listen = { signal: listening.signal }

  /** At once and in one go: the next press of the button must find its dialog in place. @param {Values} [values] */
  function finish(values) {
    listening.abort()
    dialog.close()
    if (place.isConnected) place.replaceWith(dialog)
    else dialog.remove()
    if (button.isConnected) button.focus()
    resolve(values)
  }

  /** @param {Event} event @param {Values} [values] */
  const end = (event, values) => {
    event.preventDefault()
    finish(values)
  }
  dialog.querySelector('[data-cancel]')?.addEventListener('click', (event) => end(event), listen)
  dialog.querySelector('form')?.addEventListener('submit', (event) => end(event, fieldValues(dialog)), listen)
  // Escape.
  dialog.addEventListener('cancel', (event) => end(event), listen)
  // Told late: by then the dialog may have been opened again.
  const closed = () => dialog.open || finish()
  dialog.addEventListener('close', closed, listen)
  return promise
}
