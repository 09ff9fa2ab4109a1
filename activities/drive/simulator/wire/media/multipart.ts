import { wireError } from '../http/errors.ts'

/** One part of a multipart body. Its body must be read to the end before the next part is asked for. */
export type Part = { readonly headers: ReadonlyMap<string, string>; readonly body: AsyncIterable<Uint8Array> }

const maxHeadBytes = 16 * 1024

/**
 * The boundary of a multipart content type.
 * @throws {WireError} 400 when there is none
 */
export function boundaryOf(contentType: string | undefined): string {
  const match = /^multipart\/[\w-]+\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType ?? '')
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw malformed('the Content-Type has no boundary')
  return boundary
}

/**
 * Cuts a multipart body (RFC 2046) into parts as it streams by: at most a boundary's length is held back. Lines may end in LF alone,
 * because Google's Python client writes them so.
 * @throws {WireError} 400 when the body does not follow the form
 */
export async function* splitMultipart(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const source = new Source(body)
  const first = Buffer.from(`--${boundary}`)
  await drain(source.until(first))
  for (;;) {
    // The closing boundary may be the very end, without a line end of its own.
    if (await source.startsWith('--')) return
    await source.take('\n', maxHeadBytes)
    const newline = await readHead(source)
    const part = { headers: newline.headers, body: source.until(Buffer.from(`${newline.ending}--${boundary}`)) }
    yield part
  }
}

async function readHead(source: Source): Promise<{ headers: Map<string, string>; ending: string }> {
  const headers = new Map<string, string>()
  for (;;) {
    const line = await source.take('\n', maxHeadBytes)
    const text = line.replace(/\r?\n$/, '')
    if (text === '') return { headers, ending: line }
    const colon = text.indexOf(':')
    if (colon <= 0) throw malformed(`"${text.slice(0, 40)}" is not a header`)
    headers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim())
  }
}

/** A stream with a small look-ahead. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  async startsWith(mark: string): Promise<boolean> {
    while (this.#held.length < mark.length && (await this.#fill()));
    return this.#held.toString('latin1', 0, mark.length) === mark
  }

  /** Everything up to and including `mark`, as text. */
  async take(mark: string, maxBytes: number): Promise<string> {
    let at = this.#held.indexOf(mark)
    while (at < 0) {
      if (this.#held.length > maxBytes) throw malformed('a header is too long')
      if (!(await this.#fill())) throw malformed('it ends too early')
      at = this.#held.indexOf(mark)
    }
    const text = this.#held.toString('utf8', 0, at + mark.length)
    this.#held = this.#held.subarray(at + mark.length)
    return text
  }

  /** Bytes up to `mark`, which is taken away too. */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(mark)
      if (at >= 0) {
        const last = this.#held.subarray(0, at)
        this.#held = this.#held.subarray(at + mark.length)
        if (last.length > 0) yield last
        return
      }
      const safe = this.#held.length - mark.length + 1
      if (safe > 0) {
        const chunk = this.#held.subarray(0, safe)
        this.#held = this.#held.subarray(safe)
        yield chunk
      }
      if (!(await this.#fill())) throw malformed('it ends before the closing boundary')
    }
  }

  async #fill(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done) return false
    this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value])
    return true
  }
}

/** Undoes `Content-Transfer-Encoding: base64`, which browser programs use. */
export async function* decodeBase64(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = ''
  for await (const chunk of body) {
    held += Buffer.from(chunk).toString('latin1').replace(/\s+/g, '')
    const whole = held.length - (held.length % 4)
    yield Buffer.from(held.slice(0, whole), 'base64')
    held = held.slice(whole)
  }
  if (held !== '') yield Buffer.from(held, 'base64')
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

function malformed(what: string) {
  return wireError(400, 'badRequest', `Malformed multipart body: ${what}.`)
}
