/** Equal but for case and for what parts the words: `not-active` is `Not Active`. */
export const sameWords = (a: string, b: string): boolean => plain(a) === plain(b)

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
