import { wireError } from './errors.ts'

const maxJsonBytes = 5 * 1024 * 1024

/**
 * Collects a small body as text.
 * @throws {WireError} 413 when it is larger than `maxBytes`
 */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes = maxJsonBytes): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw wireError(413, 'uploadTooLarge', `The request body is larger than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Reads a JSON object; an empty body is an empty object.
 * @throws {WireError} 400 `parseError` when it is not a JSON object
 */
export async function readJson(body: AsyncIterable<Uint8Array>): Promise<Record<string, unknown>> {
  return parseJson(await readText(body))
}

/** The object that a text is. See {@link readJson}. */
export function parseJson(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw wireError(400, 'parseError', 'Parse Error')
}
