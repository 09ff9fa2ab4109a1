/** Markup that is safe by construction: whatever is put into a template is escaped unless it is markup already. */

/** A piece of finished markup, made by {@link html}. */
export type Html = { readonly markup: string }

type Piece = Html | string | number | false | null | undefined | readonly Piece[]

/** Builds markup from a template; strings and numbers are escaped for text and quoted attributes, markup goes in as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  const markup = parts.reduce((text, part, index) => text + (index === 0 ? '' : render(values[index - 1])) + part, '')
  return { markup }
}

/** Markup that {@link html} has made before, and that was kept as a string since. */
export function finished(markup: string): Html {
  return { markup }
}

function render(piece: Piece): string {
  if (piece === undefined || piece === null || piece === false) return ''
  if (typeof piece === 'string') return escapeText(piece)
  if (typeof piece === 'number') return String(piece)
  if (isMarkup(piece)) return piece.markup
  return piece.map(render).join('')
}

function isMarkup(piece: Html | readonly Piece[]): piece is Html {
  return 'markup' in piece
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeText(text: string): string {
  return tame(text).replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}

/**
 * Replaces what could change the meaning of the text around it: control characters (line breaks and tabs stay), direction overrides
 * and lone surrogates. Names in a Drive are hostile; a reader must see that something odd is in there, and nothing else must happen.
 */
export function tame(text: string): string {
  return text.toWellFormed().replace(/(?![\n\t])\p{Cc}|[\u2028-\u202e\u2066-\u2069\ufeff]/gu, '\ufffd')
}
