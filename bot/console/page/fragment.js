// @ts-check
/** The only place where markup becomes elements: cards and messages that the server has rendered and escaped, and nothing else. */

/** @type {any} not known to the type checker's library yet */
const browser = globalThis
const policy = browser.trustedTypes?.createPolicy('backstop', { createHTML: (/** @type {string} */ markup) => markup })

/**
 * The one element that the server's markup describes.
 * @param {string} markup
 * @returns {HTMLElement}
 */
export function elementOf(markup) {
  const template = document.createElement('template')
  template.innerHTML = /** @type {string} */ (policy ? policy.createHTML(markup) : markup)
  const element = template.content.firstElementChild
  if (!(element instanceof HTMLElement)) throw new TypeError('The server has sent something that is not a message.')
  return element
}

/**
 * An element with a class and a text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ class?: string, text?: string }} [options]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, options = {}) {
  const element = document.createElement(tag)
  if (options.class) element.className = options.class
  if (options.text !== undefined) element.textContent = options.text
  return element
}
