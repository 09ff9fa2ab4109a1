import { readText } from './http/body.ts'
import { wireError } from './http/errors.ts'
import type { WireAnswer, WireRequest } from './http/exchange.ts'
import { boundaryOf, type Part, splitMultipart } from './media/multipart.ts'

const maxCalls = 100
const maxUrlLength = 8_000

/**
 * Answers a batch: up to 100 calls in one multipart body. It saves connections, not quota; bytes of files are not carried.
 * https://developers.google.com/workspace/drive/api/guides/performance#batch-requests
 */
export async function answerBatch(outer: WireRequest, call: (request: WireRequest) => Promise<WireAnswer>): Promise<WireAnswer> {
  const requests: { readonly id: string | undefined; readonly request: WireRequest }[] = []
  for await (const part of splitMultipart(outer.body, boundaryOf(outer.headers['content-type']))) {
    requests.push({ id: part.headers.get('content-id'), request: await readInner(part, outer) })
    if (requests.length > maxCalls) throw wireError(400, 'badRequest', `The batch request has more than ${maxCalls} calls.`)
  }
  if (requests.length === 0) throw wireError(400, 'badRequest', 'Failed to parse batch request, error: 0 items.')
  const boundary = `batch_${requests.length}_practice`
  let body = ''
  for (const { id, request } of requests) body += `--${boundary}\r\n${writeInner(id, await call(request))}`
  return {
    status: 200,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: `${body}--${boundary}--\r\n`,
  }
}

async function readInner(part: Part, outer: WireRequest): Promise<WireRequest> {
  const text = await readText(part.body)
  const split = /\r?\n\r?\n/.exec(text)
  const head = (split ? text.slice(0, split.index) : text).split(/\r?\n/)
  const content = split ? text.slice(split.index + split[0].length) : ''
  const [verb = '', target = ''] = (head[0] ?? '').trim().split(/\s+/)
  const url = URL.parse(target, 'http://batch.invalid')
  if (!url || verb === '' || target.length > maxUrlLength)
    throw wireError(400, 'badRequest', 'An inner request of the batch cannot be read.')
  if (url.pathname.startsWith('/upload/') || url.searchParams.get('alt') === 'media' || url.pathname.endsWith('/export')) {
    throw wireError(400, 'badRequest', 'A batch cannot carry uploads, downloads or exports.')
  }
  const headers = Object.fromEntries(
    head.slice(1).flatMap((line) => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : []
    }),
  )
  const { authorization, cookie } = outer.headers
  return {
    verb: verb.toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers: { authorization, cookie, ...headers },
    body: bytesOf(content),
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text)
}

function writeInner(id: string | undefined, answer: WireAnswer): string {
  const body = typeof answer.body === 'string' ? answer.body : ''
  const reply = id === undefined ? '' : `Content-ID: ${id.startsWith('<') ? `<response-${id.slice(1)}` : `response-${id}`}\r\n`
  const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${answer.status} ${answer.status < 400 ? 'OK' : 'Error'}\r\n${headers.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n`
  return `Content-Type: application/http\r\n${reply}\r\n${head}\r\n${body}\r\n`
}
