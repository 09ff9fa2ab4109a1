import type { Table } from '../../cards/model.ts'
import { type Html, html } from '../../web/http/html.ts'
import { plain, type Viewer } from './format.ts'
import { htmlButton } from './html-actions.ts'
import { htmlLink, htmlText } from './html-text.ts'

/** A table; on a narrow screen each row becomes a block, with the column's name before each cell. */
export function htmlTable(table: Table, viewer: Viewer, scope: string, quietCaption = false): Html {
  if (table.rows.length === 0 && table.empty !== undefined) return html`<p class="text quiet">${table.empty}</p>`
  const hasActions = table.rows.some((row) => row.actions && row.actions.length > 0)
  return html`<section class="table-scroll" aria-label="${table.caption}" tabindex="0"><table>
<caption${quietCaption && html` class="visually-hidden"`}>${table.caption}</caption>
<thead><tr>${table.selection && html`<th scope="col">${selectAll(table.selection)}</th>`}${table.columns.map(
    ({ label, align }) => html`<th scope="col"${align === 'end' && html` class="number"`}>${label}</th>`,
  )}${hasActions && html`<th scope="col"><span class="visually-hidden">Actions</span></th>`}</tr></thead>
<tbody>${table.rows.map((row, index) => htmlRow(table, row, viewer, `${scope}-${index}`))}</tbody>
</table></section>`
}

type Selection = NonNullable<Table['selection']>

function selectAll({ name, multiple, label }: Selection): Html {
  if (!multiple) return html`<span class="visually-hidden">${label}</span>`
  return html`<input type="checkbox" data-all="${name}" aria-label="${label}: all">`
}

function htmlRow(table: Table, row: Table['rows'][number], viewer: Viewer, scope: string): Html {
  const [first, ...others] = row.cells
  const title = first === undefined ? '' : plain(first, viewer)
  const cells = others.map((cell, index) => {
    const column = table.columns[index + 1]
    const number = column?.align === 'end' && html` class="number"`
    return html`<td data-label="${column?.label ?? ''}"${number}>${htmlText(cell, viewer)}</td>`
  })
  const actions =
    row.actions &&
    html`<td><div class="actions">${row.actions.map((action, index) =>
      action.type === 'link'
        ? htmlLink(action.label, action.url, viewer, 'button')
        : htmlButton(
            action.a11yLabel === undefined ? { ...action, a11yLabel: `${action.label} ${title}` } : action,
            `${scope}-do-${index}`,
          ),
    )}</div></td>`
  return html`<tr>${table.selection && selector(table.selection, row.value, title)}<th scope="row" data-label="${table.columns[0]?.label ?? ''}">${
    first !== undefined && html`<span>${htmlText(first, viewer)}</span>`
  }</th>${cells}${actions}</tr>`
}

function selector({ name, multiple }: Selection, value: string | undefined, title: string): Html {
  if (value === undefined) return html`<td></td>`
  return html`<td class="selector"><input type="${multiple ? 'checkbox' : 'radio'}" name="${name}" value="${value}" data-select="${
    multiple ? 'many' : 'one'
  }" aria-label="${title}"></td>`
}
