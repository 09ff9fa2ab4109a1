import type { Bytes } from '../../model/requests.ts'
import { type ErrorPlace, WireError } from '../http/errors.ts'
import type { WireAnswer } from '../http/exchange.ts'

/**
 * The bytes of a file, or the part that a `Range` header asks for. Several ranges and malformed ones are answered whole, as RFC 9110 §14.2 allows.
 * @throws {WireError} 416 when the range begins behind the end
 */
export function download(bytes: Bytes, range: string | undefined): WireAnswer {
  const headers = { 'content-type': bytes.mimeType, 'accept-ranges': 'bytes', 'content-disposition': disposition(bytes.filename) }
  const wanted = range === undefined ? undefined : parseRange(range, bytes.size)
  if (!wanted) return { status: 200, headers: { ...headers, 'content-length': String(bytes.size) }, body: bytes.read() }
  const { start, end } = wanted
  return {
    status: 206,
    headers: { ...headers, 'content-length': String(end - start), 'content-range': `bytes ${start}-${end - 1}/${bytes.size}` },
    body: bytes.read({ start, end }),
  }
}

/** `[start, end)` of a single range, nothing when the header cannot be followed. RFC 9110 §14.1.2. */
function parseRange(header: string, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  if (match[1] === '') {
    const length = Number(match[2])
    if (length === 0 || size === 0) throw unsatisfiable(size)
    return { start: Math.max(0, size - length), end: size }
  }
  const start = Number(match[1])
  const last = match[2] === '' ? size - 1 : Number(match[2])
  if (last < start && match[2] !== '') return undefined
  if (start >= size) throw unsatisfiable(size)
  return { start, end: Math.min(last, size - 1) + 1 }
}

function unsatisfiable(size: number): WireError {
  const place: ErrorPlace = { location: 'Range', locationType: 'header' }
  return new WireError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', place, { 'content-range': `bytes */${size}` })
}

/** A name in a header is hostile text: only RFC 8187's encoded form carries it. */
function disposition(filename: string): string {
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  return `attachment; filename*=UTF-8''${encoded}`
}
