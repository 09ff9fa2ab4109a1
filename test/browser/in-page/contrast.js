// @ts-check
/** Texts whose contrast with their background is below 4.5 : 1 (WCAG 1.4.3), as far as plain colours tell. */
;(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!canvas) return ['no canvas']

  /** @param {string} color */
  const parts = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  /** @param {number[]} color */
  const light = (color) => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((part) => {
      const share = part / 255
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  /** @param {Element | null} element */
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor)
      if ((color[3] ?? 0) > 250) return color
    }
    return parts(getComputedStyle(document.documentElement).backgroundColor)
  }

  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    if (!own || element.closest('dialog, [hidden], .visually-hidden, :disabled, option') || element.getClientRects().length === 0) return []
    const [a = 0, b = 0] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x)
    const ratio = (a + 0.05) / (b + 0.05)
    return ratio < 4.5 ? [`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 80)}`] : []
  })
})()
