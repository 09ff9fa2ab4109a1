import { type Html, html } from '../http/html.ts'
import { lonePage } from '../lone-page.ts'
import type { ConnectingState } from './connecting.ts'

const back = (handle: string): Html => html`<a class="button primary" href="/console/${handle}">Go back to the conversation</a>`

/** What a person sees after Google's page. */
export function outcomePage(state: ConnectingState, { handle, taskName }: { readonly handle: string; readonly taskName: string }): string {
  switch (state.outcome) {
    case 'connected': {
      const drives = state.drives === 1 ? '1 drive' : `${state.drives} drives`
      const body = html`<p>${state.created ? 'The task' : 'The task is connected again:'} <strong><bdi>${taskName}</bdi></strong>${
        state.created && ' is there'
      }. ${drives} found. The conversation has the next step: choose what to back up.</p><p class="choices">${back(handle)}</p>`
      return lonePage({ title: `Connected. ${drives} found.`, body })
    }
    case 'under way': {
      const body = html`<p role="status">Backstop finishes the sign-in and looks for the shared drives. With many of them this can take a minute.</p>
<progress aria-label="Connecting"></progress><p class="note">This page goes on by itself. You can also close it: the conversation will say when it is done.</p>`
      return lonePage({ title: 'Connecting…', body, refreshSeconds: 1 })
    }
    case 'refused':
    case 'failed': {
      const body = html`<p>${state.reason}</p><p>Nothing was changed. Go back to the conversation and type <code>task add</code> to try again.</p><p class="choices">${back(handle)}</p>`
      return lonePage({ title: 'Not connected', body })
    }
  }
}

/** The person, or an administrator's policy, said no at Google's page. */
export function deniedPage({
  handle,
  state,
  reason,
}: {
  readonly handle: string
  readonly state: string
  readonly reason: string
}): string {
  const why = reason === 'access_denied' ? 'The access was not granted' : `Google reported "${reason}"`
  const body = html`<p>${why}, so nothing was connected. Nothing is lost either: what was there before is as it was.</p>
<p class="choices"><a class="button primary" href="/connect/${encodeURIComponent(state)}">Try again</a><a class="button" href="/console/${handle}">Go back to the conversation</a></p>`
  return lonePage({ title: 'Not connected', body })
}
