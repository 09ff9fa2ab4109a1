// @ts-check
/** Questions before a click is sent: "are you sure", or a form. */
import { fieldValues } from './values.js'

/** @typedef {import('./api.js').Values} Values */

/**
 * Opens the button's dialog, if it has one.
 * @param {HTMLElement} button
 * @returns {Promise<Values | undefined>} what was entered; undefined when the person thought better of it
 */
export function askFirst(button) {
  const dialog = dialogOf(button)
  return dialog ? ask(dialog, button) : Promise.resolve({})
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

/** @param {HTMLElement} button */
function dialogOf(button) {
  if (button.getAttribute('aria-haspopup') !== 'dialog') return undefined
  const dialog = button.parentElement?.querySelector(`dialog[data-for="${CSS.escape(button.dataset.key ?? '')}"]`)
  return dialog instanceof HTMLDialogElement ? dialog : undefined
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
  const ended = new AbortController()
  const listen = { signal: ended.signal }
  dialog.querySelector('[data-cancel]')?.addEventListener('click', () => dialog.close('cancel'), listen)
  dialog.querySelector('form')?.addEventListener(
    'submit',
    (event) => {
      event.preventDefault()
      resolve(fieldValues(dialog))
      dialog.close('submit')
    },
    listen,
  )
  dialog.addEventListener(
    'close',
    () => {
      ended.abort()
      resolve(undefined)
      if (place.isConnected) place.replaceWith(dialog)
      else dialog.remove()
      if (button.isConnected) button.focus()
    },
    listen,
  )
  return promise
}
