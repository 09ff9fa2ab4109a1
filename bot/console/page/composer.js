// @ts-check
/** Where one types: completion, what one typed before, and sending, which ends in an answer or in a way to try again. */
import { complete, NotReached, newKey, say } from './api.js'
import { make } from './fragment.js'
import { scrollToEnd, show, showSending } from './log.js'
import { suggest } from './suggest.js'

const form = /** @type {HTMLFormElement} */ (document.querySelector('.composer'))
const input = /** @type {HTMLInputElement} */ (document.querySelector('#line'))
const list = /** @type {HTMLElement} */ (document.querySelector('#options'))

/** What is typed before the page can take it would be lost, so the line opens only now. */
export function openComposer() {
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement || control instanceof HTMLButtonElement) control.disabled = false
  }
  input.focus()
}

export function startComposer() {
  const history = typedBefore()
  let at = history.length

  const suggestions = suggest(input, list, {
    find: async (signal) => {
      const before = input.value
      if (before.trim() === '' && !input.matches(':focus')) return []
      const found = await complete(before, input.selectionStart ?? before.length, signal)
      const fresh = found.suggestions.filter(({ text }) => text.trim() !== before.trim())
      return fresh.map(({ text, cursor, label, hint }) => ({ label, hint, take: () => fill(text, cursor) }))
    },
    onKey: (event) => {
      if (event.key !== 'ArrowUp' || history.length === 0) return
      event.preventDefault()
      at = at <= 0 ? 0 : at - 1
      fill(history[at] ?? '')
    },
  })

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '') return suggestions.open()
    suggestions.close()
    history.push(text)
    at = history.length
    input.value = ''
    send(text, newKey())
  })

  // A slash anywhere on the page leads back to the line, as in other places where one types commands.
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select, dialog')
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    input.focus()
  })
}

/** @param {string} text @param {number} [cursor] */
function fill(text, cursor = text.length) {
  input.value = text
  input.setSelectionRange(cursor, cursor)
}

function typedBefore() {
  return [...document.querySelectorAll('.message.in .said')].map((said) => said.textContent ?? '')
}

/**
 * @param {string} text
 * @param {string} clientId
 * @param {HTMLElement} [sending]
 */
async function send(text, clientId, sending = showSending(text)) {
  try {
    const { messages } = await say({ text, clientId })
    sending.remove()
    show(messages, { follow: true })
  } catch (error) {
    const trouble = make('p', { class: 'trouble', text: error instanceof Error ? error.message : String(error) })
    trouble.role = 'alert'
    sending.querySelector('.at')?.replaceWith(trouble)
    if (!(error instanceof NotReached)) return sending.classList.remove('sending')
    const again = make('button', { text: 'Try again' })
    again.type = 'button'
    again.addEventListener('click', () => {
      again.remove()
      trouble.replaceWith(make('p', { class: 'at', text: 'Sending…' }))
      // The same key: if the line has arrived after all, it is not done twice.
      send(text, clientId, sending)
    })
    sending.append(again)
    scrollToEnd()
  }
}
