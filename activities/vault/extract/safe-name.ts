/**
 * From a name in Drive, which may be anything, to a file name that every usual file system takes and that leads nowhere else
 * (docs/VAULT-FORMAT.md, "An extracted tree"). The same name gives the same file name on every machine and with every reader.
 */
import { createHash } from 'node:crypto'

/** Most bytes of a safe name in UTF-8. What makes it unique comes on top. */
const mostBytes = 200
/** Longer "endings" are no endings, but sentences with a full stop in them. */
const mostEndingBytes = 16

/** Separators, wildcards and redirections of some system; controls and line ends; what turns the direction in which a name is shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafe = /["*/:<>?\\|\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
/** What Windows takes for a device, with any ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i

export type NameOptions = {
  /** Folders have no endings: "v1.2" is cut and made unique at its end. */
  readonly folder: boolean
  /** Added unless the name ends with it already: `.docx` for what was exported from Google Docs. */
  readonly suffix?: string
}

/** One part of a path: never empty, `.` or `..`, without separators, at most {@link mostBytes} long. */
export function safeName(name: string, { folder, suffix = '' }: NameOptions): string {
  const clean = name.toWellFormed().normalize('NFC').replace(unsafe, '_') || '_'
  const whole = clean.toLowerCase().endsWith(suffix) ? clean : `${clean}${suffix}`
  const harmless = device.test(whole) ? `_${whole}` : whole
  const [stem, ending] = split(harmless, folder)
  const cut = Buffer.byteLength(harmless) <= mostBytes ? harmless : `${cutTo(stem, mostBytes - Buffer.byteLength(ending))}${ending}`
  return cut.replace(/[. ]+$/, (end) => '_'.repeat(end.length))
}

/** Another file name for the same item, when the safe one is taken: the n-th try, the same on every machine. */
export function nextName(name: string, folder: boolean, id: string, attempt: number): string {
  const [stem, ending] = split(name, folder)
  const mark = createHash('sha256').update(`${id}#${attempt}`).digest('hex').slice(0, 8)
  return `${stem}~${mark}${ending}`
}

/** Equal for names that some file system takes for one: whose letters differ only in case or in how they are composed. */
export function sameNameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC')
}

function split(name: string, folder: boolean): [stem: string, ending: string] {
  const dot = folder ? -1 : name.lastIndexOf('.')
  const ending = dot > 0 ? name.slice(dot) : ''
  return Buffer.byteLength(ending) > mostEndingBytes ? [name, ''] : [name.slice(0, name.length - ending.length), ending]
}

/** The longest beginning of whole code points within so many bytes. */
function cutTo(text: string, bytes: number): string {
  const whole = Buffer.from(text)
  let end = Math.min(bytes, whole.length)
  while (end > 0 && end < whole.length && ((whole[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return whole.toString('utf8', 0, end)
}

/** The endings of the formats in which Google's own documents are kept. */
export const endings: Readonly<Record<string, string>> = {
  'application/epub+zip': '.epub',
  'application/pdf': '.pdf',
  'application/rtf': '.rtf',
  'application/vnd.google-apps.script+json': '.json',
  'application/vnd.oasis.opendocument.presentation': '.odp',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
  'application/vnd.oasis.opendocument.text': '.odt',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/zip': '.zip',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/svg+xml': '.svg',
  'text/csv': '.csv',
  'text/html': '.html',
  'text/markdown': '.md',
  'text/plain': '.txt',
  'text/tab-separated-values': '.tsv',
  'video/mp4': '.mp4',
}

/** The ending for an exported format; nothing for one that is not known. */
export const endingOf = (exportMimeType: string): string => endings[exportMimeType] ?? ''
