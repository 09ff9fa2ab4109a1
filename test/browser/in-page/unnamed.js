// @ts-check
/** Everything that can be operated or looked at and has no name that a screen reader could say. */
;(() =>
  [...document.querySelectorAll('button, a[href], input, select, textarea, progress, img')]
    .filter((element) => !(element instanceof HTMLImageElement && element.getAttribute('alt') === ''))
    .filter((element) => {
      const labels = 'labels' in element ? [.../** @type {NodeListOf<HTMLLabelElement>} */ (element.labels ?? [])] : []
      const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent)
      const own = element instanceof HTMLSelectElement ? '' : element.textContent
      const words = [
        element.getAttribute('aria-label'),
        element.getAttribute('alt'),
        own,
        ...by,
        ...labels.map((label) => label.textContent),
      ]
      return words.join('').trim() === ''
    })
    .map((element) => element.outerHTML.slice(0, 120)))()
