// @ts-check
/** The messages on the page: put in their place, replaced when they change, and told to people who do not see them. */
import { elementOf, make } from './fragment.js'

const log = /** @type {HTMLElement} */ (document.querySelector('.log'))
const scroller = /** @type {HTMLElement} */ (document.querySelector('.scroll'))
const announcements = /** @type {HTMLElement} */ (document.querySelector('#announcements'))

/** How near to the end one has to be to be taken along when something new arrives, in pixels. */
const near = 120
/** What is left free above a card that is shown from its beginning, in pixels. */
const margin = 16

export function scrollToEnd() {
  scroller.scrollTop = scroller.scrollHeight
}

/** @param {string} text */
export function announce(text) {
  announcements.append(make('p', { text }))
  while (announcements.childElementCount > 20) announcements.firstElementChild?.remove()
}

/**
 * Shows messages as they are now. One that is there already is replaced, so the same message may come twice.
 * @param {readonly import('./api.js').Message[]} messages
 * @param {{ follow?: boolean }} [options] `follow`: they answer what the person has just done, so they are brought into view
 */
export function show(messages, { follow = false } = {}) {
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near
  let added
  let changed
  for (const message of messages) {
    const there = document.getElementById(message.id) !== null
    const element = put(message)
    if (there) changed = element ?? changed
    else added = element ?? added
  }
  // What was answered is looked at; what grows at the end is followed by those who are at the end.
  const target = added ?? (atEnd && changed === log.lastElementChild ? changed : undefined)
  if (!target || !(follow || atEnd)) return
  const tall = target.offsetHeight > scroller.clientHeight
  // One reads a long card from its beginning.
  if (tall) scroller.scrollTop += target.getBoundingClientRect().top - scroller.getBoundingClientRect().top - margin
  else if (target === log.lastElementChild) scrollToEnd()
  else target.scrollIntoView({ block: 'nearest' })
}

/**
 * @param {import('./api.js').Message} message
 * @returns {HTMLElement | undefined} the element, unless it stood there like this already
 */
function put({ id, version, html }) {
  const there = document.getElementById(id)
  if (there?.dataset.version === version) return undefined
  const element = elementOf(html)
  element.dataset.version = version
  if (there) replace(there, element)
  else {
    document.getElementById('welcome')?.remove()
    takeOver(element)
    element.classList.add('new')
    place(element)
  }
  tell(element, there)
  element.dispatchEvent(new CustomEvent('backstop:shown', { bubbles: true }))
  return element
}

/** In the order of time; what is still being sent stays last. @param {HTMLElement} element */
function place(element) {
  const at = element.dataset.at ?? ''
  const others = /** @type {NodeListOf<HTMLElement>} */ (log.querySelectorAll('.message[data-at]'))
  const later = [...others].find((other) => (other.dataset.at ?? '') > at)
  log.insertBefore(element, later ?? log.querySelector('.message.sending'))
}

/** The line that was shown while it was on its way has arrived. @param {HTMLElement} element */
function takeOver(element) {
  const text = element.querySelector('.said')?.textContent
  if (text === undefined) return
  for (const sending of log.querySelectorAll('.message.sending')) {
    if (sending.querySelector('.said')?.textContent === text) return sending.remove()
  }
}

/**
 * Puts the new element in the old one's place, and keeps what the person was about to do there: focus, open parts, typed values.
 * @param {HTMLElement} old
 * @param {HTMLElement} element
 */
function replace(old, element) {
  const focused = old.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : undefined
  for (const part of old.querySelectorAll('details[data-key]')) {
    const same = byKey(element, part)
    if (same instanceof HTMLDetailsElement) same.open = /** @type {HTMLDetailsElement} */ (part).open
  }
  for (const field of old.querySelectorAll('input, textarea, select')) keepInput(field, element)
  old.replaceWith(element)
  if (!focused) return
  const target = byKey(element, focused) ?? element.querySelector('.card')
  if (target instanceof HTMLElement) target.focus({ preventScroll: true })
}

/**
 * @param {Element} root
 * @param {Element} like
 */
function byKey(root, like) {
  const key = /** @type {HTMLElement} */ (like).dataset.key
  return key === undefined ? null : root.querySelector(`[data-key="${CSS.escape(key)}"]`)
}

/**
 * @param {Element} field
 * @param {Element} root
 */
function keepInput(field, root) {
  if (field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')) {
    if (field.checked === field.defaultChecked) return
    const value = CSS.escape(field.value)
    const same = root.querySelector(`input[name="${CSS.escape(field.name)}"][value="${value}"]`) ?? byKey(root, field)
    if (same instanceof HTMLInputElement) same.checked = field.checked
    return
  }
  const same = byKey(root, field)
  if (field instanceof HTMLInputElement && same instanceof HTMLInputElement && field.value !== field.defaultValue) {
    same.value = field.value
    if (field.dataset.value !== undefined) same.dataset.value = field.dataset.value
  }
  if (field instanceof HTMLTextAreaElement && same instanceof HTMLTextAreaElement && field.value !== field.defaultValue)
    same.value = field.value
}

/**
 * Says what is new. Progress is not read out at each step: only a new card, and one that has become something else.
 * @param {HTMLElement} element
 * @param {HTMLElement | null} before
 */
function tell(element, before) {
  const card = element.querySelector('.card')
  if (!(card instanceof HTMLElement)) return
  const old = before?.querySelector('.card')
  const under = (/** @type {Element | null | undefined} */ one) => one?.querySelector('progress') != null
  if (old && old.className === card.className && under(old) && under(card)) return
  if (card.dataset.summary) announce(card.dataset.summary)
}

/**
 * Shows a line while it is on its way.
 * @param {string} text
 */
export function showSending(text) {
  const element = make('li', { class: 'message in sending new' })
  element.append(make('p', { class: 'said', text }), make('p', { class: 'at', text: 'Sending…' }))
  document.getElementById('welcome')?.remove()
  log.append(element)
  scrollToEnd()
  return element
}

/** @param {readonly import('./api.js').Message[]} messages @param {Element} before */
export function showEarlier(messages, before) {
  const top = scroller.scrollHeight - scroller.scrollTop
  for (const { id, version, html } of messages) {
    if (document.getElementById(id)) continue
    const element = elementOf(html)
    element.dataset.version = version
    before.before(element)
    element.dispatchEvent(new CustomEvent('backstop:shown', { bubbles: true }))
  }
  scroller.scrollTop = scroller.scrollHeight - top
}
