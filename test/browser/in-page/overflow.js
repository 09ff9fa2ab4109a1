// @ts-check
/** What is wider than the place where it stands, so that one would have to scroll sideways. A table may, inside its own frame. */
;(() =>
  ['html', 'body', '.scroll', '.log', '.card', '.top', '.composer']
    .flatMap((selector) => [...document.querySelectorAll(selector)])
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
    .concat(document.documentElement.scrollHeight > innerHeight ? [document.documentElement] : [])
    .map((element) => `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`))()
