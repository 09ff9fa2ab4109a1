/** A small, valid PDF: one page of text. Also the frame of generated PDF files, whose middle is filled with comment lines up to the wanted size. */
import { lineOf } from './generated-text.ts'

export type PdfParts = { readonly before: Uint8Array; readonly after: Uint8Array }

const literal = (line: string) => line.replaceAll(/[\\()]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, '?')

/** Objects of a one-page document that shows `lines`, and where each starts. */
function objects(lines: readonly string[], info: string): { readonly text: string; readonly offsets: readonly number[] } {
  const page = `BT /F1 11 Tf 56 780 Td 14 TL\n${lines.map((line) => `(${literal(line)}) Tj T*`).join('\n')}\nET`
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    info,
  ]
  const offsets: number[] = []
  let text = '%PDF-1.4\n'
  bodies.forEach((body, index) => {
    offsets.push(text.length)
    text += `${index + 1} 0 obj\n${body}\nendobj\n`
  })
  return { text, offsets }
}

function tail(offsets: readonly number[], xrefAt: number): string {
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = offsets.length + 1
  return `\nxref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R /Info ${offsets.length} 0 R >>\nstartxref\n${xrefAt}\n%%EOF\n`
}

/** A whole PDF that shows these lines. `stamp` goes into its information dictionary. */
export function pdf(lines: readonly string[], stamp: string): Buffer {
  const { text, offsets } = objects(lines, `<< /Producer (Practice Drive) /CreationDate (${literal(stamp)}) >>`)
  return Buffer.from(text + tail(offsets, text.length + 1), 'latin1')
}

/** First and last bytes of a PDF of exactly `size` bytes; nothing when that is too small for one. */
export function pdfEnvelope(title: string, salt: number, size: number): PdfParts | undefined {
  const lines = [title, ...Array.from({ length: 6 }, (_, i) => lineOf(salt, i))]
  const { text, offsets } = objects(lines, '<< /Producer (Practice Drive) >>')
  // The xref's own position has as many digits as the size, give or take one: measure with the real one.
  let after = tail(offsets, size)
  after = tail(offsets, size - after.length + 1)
  after = tail(offsets, size - after.length + 1)
  if (size < text.length + after.length) return undefined
  return { before: Buffer.from(text, 'latin1'), after: Buffer.from(after, 'latin1') }
}
