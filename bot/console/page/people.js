// @ts-check
/** The people who are signed in in this browser, each with a tab; a tab lights up when a request waits for its person. */
import { handle } from './api.js'
import { make } from './fragment.js'
import { announce } from './log.js'

const list = /** @type {HTMLElement} */ (document.querySelector('.people'))
const title = document.title
/** @type {Record<string, number>} */
let known = {}

/** @param {Record<string, number>} counts */
export function showWaiting(counts) {
  for (const tab of list.querySelectorAll('a[data-person]')) {
    if (!(tab instanceof HTMLElement)) continue
    const person = tab.dataset.person ?? ''
    const count = counts[person] ?? 0
    const badge = tab.querySelector('.waiting')
    if (badge instanceof HTMLElement) {
      badge.replaceChildren(
        String(count),
        make('span', { class: 'visually-hidden', text: count === 1 ? ' request waits' : ' requests wait' }),
      )
      badge.hidden = count === 0
    }
    tab.classList.toggle('lit', count > 0)
    if (count > (known[person] ?? 0) && person !== handle) announce(`A request waits for ${tab.querySelector('span')?.textContent}.`)
  }
  known = counts
  const own = counts[handle] ?? 0
  document.title = own > 0 ? `(${own}) ${title}` : title
}

/**
 * Tells the other tabs of this browser who is here, and hears from them.
 * @param {() => void} onNew somebody has signed in whom this page did not know of
 */
export function startPeople(onNew) {
  const channel = new BroadcastChannel('backstop-people')
  channel.addEventListener('message', ({ data }) => {
    if (typeof data?.handle !== 'string' || list.querySelector(`[data-person="${CSS.escape(data.handle)}"]`)) return
    const link = make('a')
    link.href = `/console/${encodeURIComponent(data.handle)}`
    link.dataset.person = data.handle
    const badge = make('span', { class: 'waiting' })
    badge.hidden = true
    link.append(make('span', { text: String(data.name) }), make('span', { class: 'role', text: String(data.roles) }), badge)
    const item = make('li')
    item.append(link)
    list.append(item)
    onNew()
  })
  const own = list.querySelector('[aria-current="page"]')
  channel.postMessage({ handle, name: own?.querySelector('span')?.textContent, roles: own?.querySelector('.role')?.textContent })
}
