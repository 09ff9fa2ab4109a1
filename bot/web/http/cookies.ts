import type { IncomingMessage } from 'node:http'

/** The cookies of a request by name. The first of a name wins, as RFC 6265 sends the most specific one first. */
export function cookiesOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && !found.has(name)) found.set(name, pair.slice(at + 1).trim())
  }
  return found
}

export type CookieOptions = { readonly maxAgeSeconds: number; readonly secure: boolean }

/** A `Set-Cookie` value that scripts cannot read and other sites' requests do not carry. */
export function sessionCookie(name: string, value: string, { maxAgeSeconds, secure }: CookieOptions): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
