/** Words in a terminal of fixed width. Names are hostile there too: what would move the cursor or colour the screen is made harmless. */
import { tame } from '../../web/http/html.ts'

/** One line of words, as it may stand in a terminal. */
export const clean = (text: string): string => tame(text).replaceAll(/\s+/g, ' ').trim()

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide = /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u

/** The number of columns that a text takes. */
export function columns(text: string): number {
  let sum = 0
  for (const { segment } of segmenter.segment(text)) sum += wide.test(segment) ? 2 : 1
  return sum
}

export function pad(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  const space = ' '.repeat(Math.max(0, width - columns(text)))
  return align === 'start' ? text + space : space + text
}

/** Cuts to a width, and shows that it did. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text
  let kept = ''
  for (const { segment } of segmenter.segment(text)) {
    if (columns(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Breaks a text into lines of at most `width` columns, at spaces where there are some; line breaks in it stay. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(clean(paragraph), width))
}

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (columns(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (columns(line) > width) {
      const head = cut(line, width + 1).slice(0, -1)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return [...lines, line]
}

/** Pieces beside each other, as many as fit in a line; a piece is not broken unless it is longer than one. */
export function sideBySide(pieces: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    const last = lines.at(-1)
    if (last !== undefined && columns(last) + 3 + columns(piece) <= width) lines.splice(-1, 1, `${last}   ${piece}`)
    else lines.push(...wrap(piece, width))
  }
  return lines
}
