/** The card as markup: the third renderer beside Slack and Teams. Pure; every text is escaped by `html`. */
import type { Card } from '../cards/model.ts'
import { type Html, html } from '../web/http/html.ts'
import type { Viewer } from './render/format.ts'
import { htmlAction } from './render/html-actions.ts'
import { htmlForm } from './render/html-form.ts'
import { htmlNode } from './render/html-nodes.ts'
import { htmlText } from './render/html-text.ts'
import { toneSigns } from './render/tones.ts'

/** @param id makes the ids of the card's elements unique in the page: the message's id. */
export function renderHtml(card: Card, viewer: Viewer, id: string): Html {
  const { sign, word } = toneSigns[card.tone]
  return html`<article class="card ${card.tone}" aria-labelledby="${id}-title" tabindex="-1" data-kind="${card.kind}" data-summary="${card.summaryText}">
<header><h2 id="${id}-title"><bdi>${card.title}</bdi></h2>${
    card.tone !== 'info' && html`<span class="tone"><span aria-hidden="true">${sign}</span> ${word}</span>`
  }</header>
${card.nodes.map((node, index) => htmlNode(node, viewer, `${id}-n${index}`))}
${card.form && htmlForm(card.form, `${id}-form`)}
${card.actions.length > 0 && html`<div class="actions">${card.actions.map((action, index) => htmlAction(action, viewer, `${id}-a${index}`))}</div>`}
${card.footer !== undefined && html`<footer>${htmlText(card.footer, viewer)}</footer>`}
</article>`
}
