import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** The head of an answer, and its body as it comes. The body must be read to its end or destroyed. */
export type GetAnswer = { readonly status: number; readonly headers: Headers; readonly body: IncomingMessage }

const mostRedirects = 5

/**
 * A plain GET for media. Node's own client, because a `fetch` of ten thousand small files takes half again the time and four times the memory.
 * Its global agent keeps connections open for the next download, and knows of a proxy when Node was told to.
 * `headersFor` is asked anew for every address that Google sends us on to, so that no foreign host gets to see a token.
 */
export async function get(
  address: string,
  headersFor: (url: URL) => Promise<Readonly<Record<string, string>>>,
  signal: AbortSignal,
): Promise<GetAnswer> {
  let url = new URL(address)
  for (let redirects = 0; ; redirects++) {
    const answer = await once(url, await headersFor(url), signal)
    const location = answer.headers.get('location')
    if (answer.status < 300 || answer.status >= 400 || location === null || redirects === mostRedirects) return answer
    answer.body.resume()
    url = new URL(location, url)
  }
}

function once(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<GetAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest
    request(url, { headers: { ...headers }, signal }, (body) => {
      resolve({ status: body.statusCode ?? 0, headers: headersOf(body), body })
    })
      .on('error', (error) => reject(signal.aborted ? signal.reason : error))
      .end()
  })
}

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) if (typeof value === 'string') headers.set(name, value)
  return headers
}

/** The whole body as text, for an error's. */
export async function bodyText({ body }: GetAnswer): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part as Uint8Array)
  return Buffer.concat(parts).toString('utf8')
}
