import type { Text, Value } from '../../cards/model.ts'
import { type Html, html } from '../../web/http/html.ts'
import { pieces, type Viewer, words } from './format.ts'
import { toneSigns } from './tones.ts'

/** A text with its typed values. Each string is isolated, so that a name in another script does not turn around what stands beside it. */
export function htmlText(text: Text, viewer: Viewer): Html {
  return html`${pieces(text).map((value) => htmlValue(value, viewer))}`
}

function htmlValue(value: Value, viewer: Viewer): Html {
  const text = words(value, viewer)
  if (typeof value === 'string') return html`<bdi>${text}</bdi>`
  switch (value.type) {
    case 'time':
      return html`<time datetime="${value.at}">${text}</time>`
    case 'status':
      return html`<span class="status ${value.tone}"><span aria-hidden="true">${toneSigns[value.tone].sign}</span> ${text}</span>`
    case 'link':
      return htmlLink(text, value.url, viewer)
    case 'code':
      return html`<code>${text}</code>`
    case 'person':
      return html`<bdi class="person">${text}</bdi>`
    default:
      return html`${text}`
  }
}

/** A link, or its text alone when the address is neither of the web nor one of our own pages. */
export function htmlLink(text: string, url: string, viewer: Viewer, look?: string): Html {
  const target = URL.canParse(url, viewer.ownOrigin) ? new URL(url, viewer.ownOrigin) : undefined
  if (!target || !['http:', 'https:'].includes(target.protocol)) return html`<bdi>${text}</bdi>`
  const elsewhere = target.origin !== viewer.ownOrigin && html` target="_blank" rel="noopener noreferrer"`
  return html`<a href="${target.href}"${look !== undefined && html` class="${look}"`}${elsewhere}>${text}</a>`
}
