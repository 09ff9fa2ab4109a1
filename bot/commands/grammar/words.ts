/** One word of a line. A quoted word is taken literally: it is never an option, a preposition or part of a longer name. */
export type Word = { readonly text: string; readonly quoted: boolean; readonly start: number; readonly end: number }

const pairs: Readonly<Record<string, string>> = { '"': '"', '“': '”"“', '”': '”"', '„': '“”"', '«': '»', "'": "'’", '‘': "’'", '’': "’'" }
const space = /[\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/

/**
 * Splits a line into words, as people type and as phones correct: smart quotes quote, a dash that was two hyphens becomes two hyphens again,
 * every kind of space parts words, `<https://…|label>` is its address. A quote that nobody closes is an ordinary character.
 */
export function splitWords(line: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < line.length) {
    if (space.test(line.charAt(at))) at += 1
    else {
      const word = wordAt(line, at)
      words.push(word)
      at = word.end
    }
  }
  return words
}

function wordAt(line: string, start: number): Word {
  const quoted = quotedAt(line, start)
  if (quoted && endsWord(line, quoted.end)) return { ...quoted, quoted: true, start }

  let text = ''
  let at = start
  while (at < line.length && !space.test(line.charAt(at))) {
    // `label:"two words"` and `--label="two words"`: the quotes hold the value together.
    const value = /[:=]$/.test(text) ? quotedAt(line, at) : undefined
    text += value ? value.text : line.charAt(at)
    at = value ? value.end : at + 1
  }
  return { text: plain(text), quoted: false, start, end: at }
}

function quotedAt(line: string, start: number): { text: string; end: number } | undefined {
  const closers = pairs[line.charAt(start)]
  if (closers === undefined) return undefined
  for (let at = start + 1; at < line.length; at += 1) {
    if (closers.includes(line.charAt(at)) && at > start + 1) return { text: line.slice(start + 1, at), end: at + 1 }
  }
  return undefined
}

/** A quote ends a word, or a comma does right after it. */
const endsWord = (line: string, at: number): boolean => at >= line.length || space.test(line.charAt(at)) || line.charAt(at) === ','

function plain(text: string): string {
  const link = /^<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>$/.exec(text)
  if (link?.[1]) return link[1]
  return text.replace(/^(?:[—–‒―]+-?|-[—–‒―])(?=\p{L})/u, '--')
}
