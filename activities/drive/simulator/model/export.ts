/** Exports of Google's own documents. Every export is stamped with its moment, so its bytes differ from call to call while its meaning does not. */
import { generatedChunks } from './generated-content.ts'
import { pdf } from './generated-pdf.ts'
import { nativeLines } from './native-text.ts'
import { isOfficeFormat, officeFile } from './office-files.ts'
import type { Bytes } from './requests.ts'
import type { Services } from './services.ts'
import type { Item } from './state.ts'

const csvCell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const rtf = (text: string) => text.replaceAll(/[\\{}]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0)}?`)

function textual(lines: readonly string[], mimeType: string, stamp: string): string | undefined {
  switch (mimeType) {
    case 'text/plain':
      return `\uFEFF${lines.join('\r\n')}\r\n`
    case 'text/markdown':
      return `${lines.join('\n\n')}\n`
    case 'text/csv':
      return `${lines.map((line) => line.split('\t').map(csvCell).join(',')).join('\r\n')}\r\n`
    case 'text/tab-separated-values':
      return `${lines.join('\r\n')}\r\n`
    case 'text/html':
      return `<html><head><meta name="generated" content="${stamp}"></head><body>${lines.map((line) => `<p>${html(line)}</p>`).join('')}</body></html>`
    case 'application/rtf':
      return `{\\rtf1\\ansi{\\info{\\comment ${stamp}}}\n${lines.map(rtf).join('\\par\n')}}`
    case 'image/svg+xml':
      return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><!-- ${stamp} -->${lines.map((line, i) => `<text x="8" y="${20 + 16 * i}">${html(line)}</text>`).join('')}</svg>`
    case 'application/vnd.google-apps.script+json':
      return JSON.stringify({
        files: [{ name: 'Code', type: 'server_js', source: lines.map((line) => `// ${line}`).join('\n') }],
        exportedAt: stamp,
      })
    default:
      return undefined
  }
}

/** The whole export in memory: these are documents, not archives. The format has been checked. */
export function exportBytes({ world, store }: Services, item: Item, mimeType: string): Bytes {
  const now = world.clock.now()
  // A counter beside the time: two exports within the same two seconds must differ as well.
  const stamp = `${now.toISOString()}/${Buffer.from(world.random.bytes(6)).toString('hex')}`
  if (mimeType === 'video/mp4') return video(world.seed, item)
  const lines = nativeLines(world, store, item)
  const text = textual(lines, mimeType, stamp)
  const bytes =
    text !== undefined
      ? Buffer.from(text, 'utf8')
      : isOfficeFormat(mimeType)
        ? officeFile(mimeType, item.name, lines, now, stamp)
        : pdf(lines, stamp)
  return { size: bytes.length, mimeType, filename: item.name, read: (range) => slice(bytes, range) }
}

async function* slice(bytes: Buffer, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array> {
  yield Buffer.from(bytes.subarray(range?.start ?? 0, range?.end ?? bytes.length))
}

function video(seed: number, item: Item): Bytes {
  const content = { seed, id: item.id, revision: item.revision, size: item.size, mime: 'video/mp4' }
  const read = async function* (range?: { readonly start: number; readonly end: number }) {
    yield* generatedChunks(content, range?.start, range?.end)
  }
  return { size: item.size, mimeType: 'video/mp4', filename: item.name, read }
}
