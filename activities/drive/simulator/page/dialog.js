import { element } from './dom.js'

/**
 * Asks in a dialog; resolves with the form's values, or with nothing when it was cancelled.
 * @param {{title: string, text?: string, action: string, danger?: boolean, fields?: Node[]}} question
 */
export function ask({ title, text, action, danger = false, fields = [] }) {
  const heading = element('h2', { id: 'dialog-title' }, title)
  const cancel = element('button', { value: 'cancel', formnovalidate: true }, 'Cancel')
  const confirm = element('button', { value: 'confirm', class: danger ? 'danger' : 'primary' }, action)
  const form = element(
    'form',
    { method: 'dialog' },
    heading,
    text === undefined ? undefined : element('p', {}, text),
    ...fields,
    element('p', { class: 'buttons' }, cancel, confirm),
  )
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title' }, form)
  document.body.append(dialog)
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'confirm' ? Object.fromEntries(new FormData(form)) : undefined)
      dialog.remove()
    })
    dialog.showModal()
  })
}

/** A labelled text field for {@link ask}. */
export function textField(name, label, value = '', attributes = {}) {
  return element('label', {}, label, element('input', { name, value, required: true, autofocus: true, ...attributes }))
}

/** A labelled choice for {@link ask}; options are pairs of value and words. */
export function choiceField(name, label, options, chosen) {
  const made = options.map(([value, words]) => element('option', { value, selected: value === chosen }, words))
  return element('label', {}, label, element('select', { name }, ...made))
}
