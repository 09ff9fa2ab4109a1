/** Reads uploaded office files as text: what remains of them when they become Google-native documents. */
import { docx, pptx, xlsx } from './formats.ts'
import { readZip } from './zip.ts'

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', nbsp: ' ' }

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return named[name] ?? whole
  })
}

/** The text inside every `<tag>` element, one line each. */
function elements(xml: string, tag: string): string[] {
  const found = xml.matchAll(new RegExp(`<${tag}(?:\\s[^>]*)?>(.*?)</${tag}>`, 'gs'))
  return Array.from(found, ([, inner]) => inner ?? '')
}

const plain = (xml: string) => unescapeXml(xml.replaceAll(/<[^>]*>/g, ''))

function sheetRows(entries: ReadonlyMap<string, Buffer>): string[] {
  const shared = elements(entries.get('xl/sharedStrings.xml')?.toString('utf8') ?? '', 'si').map(plain)
  const sheet = entries.get('xl/worksheets/sheet1.xml')?.toString('utf8') ?? ''
  const cell = (xml: string, attributes: string) => (attributes.includes('t="s"') ? (shared[Number(plain(xml))] ?? '') : plain(xml))
  return elements(sheet, 'row').map((row) =>
    Array.from(row.matchAll(/<c(\s[^>]*)?>(.*?)<\/c>/gs), ([, attributes, inner]) => cell(inner ?? '', attributes ?? '')).join('\t'),
  )
}

/** Rich text as far as paragraphs go: groups without text are dropped, `\par` ends a line, `\u` and escaped letters are read. */
function rtfLines(rtf: string): readonly string[] {
  const tokens = rtf
    .replaceAll(/\{\\(?:info|fonttbl|colortbl|stylesheet|\*)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '')
    .matchAll(/\\([a-z]+)(-?\d+)? ?|\\([^a-z])|[\r\n{}]|([^\\{}\r\n]+)/g)
  let text = ''
  let skip = 0
  for (const [, word, number, symbol, plain] of tokens) {
    if (word === 'par' || word === 'line') text += '\n'
    else if (word === 'tab') text += '\t'
    else if (word === 'u') {
      text += String.fromCharCode(Number(number) & 0xffff)
      skip = 1
    } else if (symbol !== undefined) text += symbol
    else if (plain !== undefined) {
      // After a \u stands what older readers show instead of it.
      text += plain.slice(skip)
      skip = 0
    }
  }
  return text.trimEnd().split('\n')
}

/** Lines of an uploaded file of type `mime`; a file that is not what it says it is reads as one empty line, as a converter would make of it. */
export function textOf(bytes: Buffer, mime: string): readonly string[] {
  if (mime === 'text/html') return elements(bytes.toString('utf8'), 'p').map(plain)
  if (mime === 'application/rtf') return rtfLines(bytes.toString('latin1'))
  if (mime === 'text/csv')
    return bytes
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((row) => fromCsv(row).join('\t'))
  if (mime.startsWith('text/') || mime.endsWith('+json') || mime.endsWith('svg+xml'))
    return bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimEnd()
      .split('\n')
  const entries = readZip(bytes)
  if (!entries) return ['']
  if (mime === docx) return elements(entries.get('word/document.xml')?.toString('utf8') ?? '', 'w:p').map(plain)
  if (mime === xlsx) return sheetRows(entries)
  if (mime === pptx) {
    const slides = [...entries.keys()].filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name))
    return slides.flatMap((name) => elements(entries.get(name)?.toString('utf8') ?? '', 'a:t').map(unescapeXml))
  }
  const open = entries.get('content.xml')?.toString('utf8') ?? ''
  if (mime.endsWith('.spreadsheet'))
    return elements(open, 'table:table-row').map((row) => elements(row, 'table:table-cell').map(plain).join('\t'))
  return elements(open, 'text:p').map(plain)
}

function fromCsv(row: string): string[] {
  return Array.from(
    row.trimEnd().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  )
}
