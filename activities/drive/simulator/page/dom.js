/**
 * Makes an element. Text is always set as text, never as HTML: names in a Drive are hostile.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `onX` are listeners, `true` sets an empty attribute, `false` and `undefined` none
 * @param {...(Node | string | undefined)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value))
  }
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** A table whose rows become blocks on a narrow screen. `columns` are headings; a heading that begins with `#` is of numbers. */
export function table(caption, columns, rows) {
  const headings = columns.map((column) => ({ label: column.replace(/^#/, ''), kind: column.startsWith('#') ? 'number' : '' }))
  const head = headings.map(({ label, kind }) => element('th', { scope: 'col', class: kind }, label))
  const body = rows.map(({ cells, ...attributes }) =>
    element(
      'tr',
      attributes,
      ...cells.map((cell, at) => element('td', { class: headings[at].kind, 'data-label': headings[at].label }, cell)),
    ),
  )
  return element(
    'table',
    { class: 'stack', 'aria-label': caption },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  )
}

export function button(label, onclick, attributes = {}) {
  return element('button', { type: 'button', onclick, ...attributes }, label)
}

/** Shows what was done; it is read out. */
export function say(text) {
  document.querySelector('#status').textContent = text
  document.querySelector('#alert').textContent = ''
}

/** Shows what went wrong; it is read out at once. */
export function complain(error) {
  document.querySelector('#status').textContent = ''
  document.querySelector('#alert').textContent = error instanceof Error ? error.message : String(error)
}

/** Runs what a button does, with the button disabled meanwhile. */
export function doing(work) {
  return async (event) => {
    const target = event.currentTarget
    target.disabled = true
    try {
      await work(event)
    } catch (error) {
      complain(error)
    } finally {
      target.disabled = false
    }
  }
}

export function sizeInWords(bytes) {
  if (bytes === undefined) return ''
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = Number(bytes)
  let at = 0
  for (; value >= 1024 && at < units.length - 1; at += 1) value /= 1024
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`
}

export function timeInWords(text) {
  return text === undefined ? '' : new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
