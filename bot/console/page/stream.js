// @ts-check
/** Live changes over server-sent events. Whatever is missed while cut off is sent after: the server is told the last that arrived. */
import { handle } from './api.js'
import { announce, show } from './log.js'
import { showWaiting } from './people.js'

const banner = /** @type {HTMLElement} */ (document.querySelector('.connection'))
let since = document.querySelector('meta[name="backstop-since"]')?.getAttribute('content') ?? ''
/** @type {EventSource | undefined} */
let source

export function startStream() {
  source?.close()
  const events = new EventSource(`/console/api/events?${new URLSearchParams({ as: handle, ...(since && { since }) })}`)
  source = events
  events.addEventListener('open', () => say(''))
  events.addEventListener('message', (event) => {
    since = event.lastEventId || since
    show([JSON.parse(event.data)])
  })
  events.addEventListener('waiting', (event) => showWaiting(JSON.parse(event.data)))
  events.addEventListener('trouble', (event) => say(JSON.parse(event.data).message))
  events.addEventListener('well', () => say(''))
  events.addEventListener('error', () => {
    say('Reconnecting… What happens meanwhile is shown as soon as Backstop answers again.')
    if (events.readyState === EventSource.CLOSED && events === source) retry()
  })
}

/** A browser gives up on an answer that is an error; this does not, unless the session is over. */
async function retry() {
  const answer = await fetch(`/console/api/transcript?${new URLSearchParams({ as: handle, before: '0~none' })}`).catch(() => undefined)
  if (answer?.status === 401) return location.reload()
  // biome-ignore lint/style/noRestrictedGlobals: a page in a browser has no other clock
  setTimeout(startStream, 1_500)
}

/** @param {string} text */
function say(text) {
  if (banner.textContent === text) return
  const was = !banner.hidden
  banner.textContent = text
  banner.hidden = text === ''
  if (was && text === '') announce('Connected again.')
}
