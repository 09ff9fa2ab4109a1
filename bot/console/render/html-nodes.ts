import type { Node } from '../../cards/model.ts'
import { type Html, html } from '../../web/http/html.ts'
import { moment, type Viewer } from './format.ts'
import { htmlTable } from './html-table.ts'
import { htmlText } from './html-text.ts'

const phaseSigns = { waiting: '○', running: '◐', done: '✓', failed: '✕' } as const

/** One part of a card. `scope` makes the ids of its elements unique in the page. */
export function htmlNode(node: Node & { readonly quietCaption?: true }, viewer: Viewer, scope: string): Html {
  switch (node.type) {
    case 'text':
      return html`<p class="text${node.look !== undefined && ` ${node.look}`}">${htmlText(node.text, viewer)}</p>`
    case 'fields':
      return html`<dl class="facts">${node.fields.map(({ label, value }) => fact(label, htmlText(value, viewer)))}</dl>`
    case 'list': {
      const items = node.items.map((item) => html`<li>${htmlText(item, viewer)}</li>`)
      return node.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
    }
    case 'table':
      return htmlTable(node, viewer, scope, node.quietCaption)
    case 'progress':
      return progress(node, viewer, scope)
    case 'phases':
      return html`<ol class="phases">${node.phases.map(
        ({ label, state }) =>
          html`<li class="${state}"${state === 'running' && html` aria-current="step"`}><span aria-hidden="true">${phaseSigns[state]}</span> ${label}<span class="visually-hidden"> (${state})</span></li>`,
      )}</ol>`
    case 'code':
      return html`<pre tabindex="0"><code>${node.text}</code></pre>`
    case 'divider':
      return html`<hr>`
    case 'section': {
      const inside = node.nodes.map((inner, index) => htmlNode(plainer(inner, node.title), viewer, `${scope}-${index}`))
      return html`<details data-key="${scope}"${node.open && html` open`}><summary>${node.title}</summary><div class="inside">${inside}</div></details>`
    }
    case 'time':
      return html`<dl class="facts">${fact(node.label, html`<time datetime="${node.at}">${moment(node.at, viewer.timeZone)}</time>`)}</dl>`
    case 'person':
      return html`<dl class="facts">${fact(node.label, html`<bdi class="person">${node.name}</bdi>`)}</dl>`
    case 'image':
      return html`<img src="${node.url}" alt="${node.alt}">`
  }
}

/** The only table of a section that is called the same says its name to screen readers alone. */
function plainer(node: Node, title: string): Node & { readonly quietCaption?: true } {
  return node.type === 'table' && node.caption === title ? { ...node, quietCaption: true } : node
}

function fact(label: string, value: Html): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`
}

function progress(node: Extract<Node, { type: 'progress' }>, viewer: Viewer, scope: string): Html {
  const { fraction } = node
  const percent = fraction === undefined ? undefined : Math.floor(Math.min(1, Math.max(0, fraction)) * 100)
  const value = percent !== undefined && html` value="${percent}"`
  return html`<div class="progress"><div class="figures"><span class="strong" id="${scope}-label">${node.label}</span>${
    percent !== undefined && html`<span>${percent} %</span>`
  }</div><progress max="100"${value} aria-labelledby="${scope}-label"></progress><p class="quiet">${htmlText(node.text, viewer)}</p></div>`
}
