// @ts-check
/** Brings the page to life. It could be read before: everything in it was there when it arrived. */
import { transcript } from './api.js'
import { startCards } from './cards.js'
import { openComposer, startComposer } from './composer.js'
import { scrollToEnd, showEarlier } from './log.js'
import { startPeople } from './people.js'
import { startStream } from './stream.js'

startCards()
startComposer()
startStream()
startPeople(startStream)
scrollToEnd()
openComposer()

document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-earlier]') : null
  if (!(button instanceof HTMLButtonElement)) return
  button.setAttribute('aria-busy', 'true')
  try {
    const { messages, earlier } = await transcript(button.dataset.earlier ?? '')
    const item = button.closest('li')
    if (item?.nextElementSibling) showEarlier(messages, item.nextElementSibling)
    if (earlier) button.dataset.earlier = earlier
    else item?.remove()
  } catch (error) {
    button.textContent = `${error instanceof Error ? error.message : error} Try again`
  } finally {
    button.removeAttribute('aria-busy')
  }
})
