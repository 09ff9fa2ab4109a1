// @ts-check
/** What a form or a selection says, by name. */

/** @typedef {import('./api.js').Values} Values */

/**
 * Every field of a form or dialog.
 * @param {Element} root
 * @returns {Values}
 */
export function fieldValues(root) {
  /** @type {Values} */
  const values = {}
  for (const field of root.querySelectorAll('[name]')) {
    if (field instanceof HTMLInputElement && field.dataset.toggle !== undefined) values[field.name] = field.checked
    else if (field instanceof HTMLInputElement && field.type === 'radio')
      values[field.name] = field.checked ? field.value : (values[field.name] ?? '')
    else if (field instanceof HTMLInputElement) values[field.name] = field.dataset.value ?? field.value
    else if (field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) values[field.name] = field.value
  }
  return values
}

/**
 * The chosen rows or entered fields with these names.
 * @param {Element} card
 * @param {readonly string[]} names
 * @returns {Values}
 */
export function selectedValues(card, names) {
  const values = fieldValues(card)
  return Object.fromEntries(names.map((name) => [name, selection(card, name) ?? values[name] ?? '']))
}

/**
 * @param {Element} card
 * @param {string} name
 */
function selection(card, name) {
  const boxes = [...card.querySelectorAll(`input[data-select][name="${CSS.escape(name)}"]`)].filter(
    (box) => box instanceof HTMLInputElement,
  )
  const [first] = boxes
  if (!first) return undefined
  const chosen = boxes.filter((box) => box.checked).map((box) => box.value)
  return first.dataset.select === 'many' ? chosen : (chosen[0] ?? '')
}
