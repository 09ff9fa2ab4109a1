import type { Action, Button } from '../../cards/model.ts'
import { type Html, html } from '../../web/http/html.ts'
import type { Viewer } from './format.ts'
import { htmlField } from './html-form.ts'
import { htmlLink } from './html-text.ts'

/** What a person can do with a card. The page finds buttons, selects and dialogs by their `data-` attributes. */
export function htmlAction(action: Action, viewer: Viewer, scope: string): Html {
  switch (action.type) {
    case 'button':
      return htmlButton(action, scope)
    case 'link':
      return htmlLink(action.label, action.url, viewer, action.style === 'primary' ? 'button primary' : 'button')
    case 'select':
      return html`<label>${action.label}<select name="${action.name}" data-token="${action.token}" data-key="${scope}">${
        action.value === undefined && html`<option value="" selected>Choose…</option>`
      }${action.options.map(
        ({ value, label, hint }) =>
          html`<option value="${value}"${value === action.value && html` selected`}>${label}${hint !== undefined && ` (${hint})`}</option>`,
      )}</select></label>`
    case 'menu':
      return html`<details class="menu" data-key="${scope}"><summary>${action.label}</summary><div>${action.items.map((item, index) =>
        htmlButton(item, `${scope}-${index}`),
      )}</div></details>`
  }
}

/** A button, and beside it the dialog that it opens first, if any. */
export function htmlButton(button: Button, scope: string, type: 'button' | 'submit' = 'button'): Html {
  const { label, style, a11yLabel, requires, token } = button
  // What is read has to be said too, or whoever speaks to the screen cannot name the button (WCAG 2.5.3).
  const name = a11yLabel === undefined || a11yLabel.toLowerCase().includes(label.toLowerCase()) ? a11yLabel : `${label}: ${a11yLabel}`
  const asks = button.confirm !== undefined || button.dialog !== undefined
  return html`<button type="${type}" data-token="${token}" data-key="${scope}"${style !== undefined && html` class="${style}"`}${
    name !== undefined && html` aria-label="${name}"`
  }${requires && html` data-requires="${requires.join(' ')}"`}${asks && html` aria-haspopup="dialog"`}>${label}</button>${
    asks && htmlDialog(button, scope)
  }`
}

function htmlDialog({ confirm, dialog, style }: Button, scope: string): Html {
  const title = dialog?.title ?? confirm?.title ?? ''
  const text = dialog?.text ?? confirm?.text
  const fields = dialog?.fields ?? []
  const invalid = fields.some((field) => field.error !== undefined) && html` data-invalid`
  const look = style === 'danger' ? 'danger' : 'primary'
  return html`<dialog data-for="${scope}" aria-labelledby="${scope}-title"${invalid}><form method="dialog" novalidate>
<h2 id="${scope}-title">${title}</h2>
${text !== undefined && html`<p class="text">${text}</p>`}
${fields.map((field) => htmlField(field, `${scope}-field`))}
<div class="choices"><button type="button" data-cancel>Cancel</button><button type="submit" class="${look}">${
    dialog?.submitLabel ?? confirm?.confirmLabel ?? 'Yes'
  }</button></div>
</form></dialog>`
}
