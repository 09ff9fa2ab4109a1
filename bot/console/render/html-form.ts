import type { Form, FormField } from '../../cards/model.ts'
import { type Html, html } from '../../web/http/html.ts'
import { htmlButton } from './html-actions.ts'

/** A form that stands in the card. */
export function htmlForm({ fields, submit }: Form, scope: string): Html {
  return html`<form class="fill" data-fill novalidate>${fields.map((field) => htmlField(field, scope))}<div class="actions">${htmlButton(
    { ...submit, style: submit.style ?? 'primary' },
    `${scope}-submit`,
    'submit',
  )}</div></form>`
}

/** A field with its label, hint and error; the error is tied to the input, so that a screen reader says it there. */
export function htmlField(field: FormField, scope: string): Html {
  const id = `${scope}-${field.name}`
  if (field.type === 'toggle') return toggle(field, id)
  if (field.type === 'choice' && field.look === 'radio') return radios(field, id)
  return html`<div class="field"><label for="${id}">${field.label}${required(field)}</label>${input(field, id)}${notes(field, id)}</div>`
}

function input(field: Exclude<FormField, { type: 'toggle' }>, id: string): Html {
  const common = html`id="${id}" name="${field.name}" data-key="${id}"${field.required && html` aria-required="true"`}${described(field, id)}`
  if (field.type === 'date') return html`<input type="date" ${common} value="${field.value ?? ''}">`
  if (field.type === 'choice') return choice(field, common)
  const limits = html`${field.maxLength !== undefined && html` maxlength="${field.maxLength}"`}${
    field.placeholder !== undefined && html` placeholder="${field.placeholder}"`
  }`
  if (field.multiline) return html`<textarea rows="3" ${common}${limits}>${field.value ?? ''}</textarea>`
  return html`<input type="text" ${common}${limits} value="${field.value ?? ''}" autocomplete="off">`
}

function choice(field: Extract<FormField, { type: 'choice' }>, common: Html): Html {
  if (field.optionsSource !== undefined) {
    const chosen = field.options.find(({ value }) => value === field.value)
    return html`<input type="text" role="combobox" aria-expanded="false" aria-autocomplete="list" autocomplete="off" ${common} data-source="${
      field.optionsSource
    }" data-value="${field.value ?? ''}" value="${chosen?.label ?? field.value ?? ''}">`
  }
  return html`<select ${common}>${field.value === undefined && html`<option value="" selected>Choose…</option>`}${field.options.map(
    ({ value, label, hint }) =>
      html`<option value="${value}"${value === field.value && html` selected`}>${label}${hint !== undefined && ` (${hint})`}</option>`,
  )}</select>`
}

function toggle(field: Extract<FormField, { type: 'toggle' }>, id: string): Html {
  return html`<div class="field"><label class="choice"><input type="checkbox" id="${id}" name="${field.name}" data-toggle data-key="${id}"${
    field.value && html` checked`
  }${described(field, id)}><span>${field.label}</span></label>${notes(field, id)}</div>`
}

function radios(field: Extract<FormField, { type: 'choice' }>, id: string): Html {
  return html`<fieldset class="field"${described(field, id)}><legend>${field.label}${required(field)}</legend>${field.options.map(
    ({ value, label, hint }) =>
      html`<label class="choice"><input type="radio" name="${field.name}" value="${value}" data-key="${id}-${value}"${
        value === field.value && html` checked`
      }><span>${label}${hint !== undefined && html` <span class="help">${hint}</span>`}</span></label>`,
  )}${notes(field, id)}</fieldset>`
}

function required(field: FormField): Html | false {
  return field.required === true && html` <span class="help">(needed)</span>`
}

function described(field: FormField, id: string): Html {
  const by = [field.error !== undefined && `${id}-error`, field.hint !== undefined && `${id}-hint`].filter((name) => name !== false)
  return html`${by.length > 0 && html` aria-describedby="${by.join(' ')}"`}${field.error !== undefined && html` aria-invalid="true"`}`
}

function notes(field: FormField, id: string): Html {
  return html`${field.error !== undefined && html`<p class="wrong" id="${id}-error">${field.error}</p>`}${
    field.hint !== undefined && html`<p class="help" id="${id}-hint">${field.hint}</p>`
  }`
}
