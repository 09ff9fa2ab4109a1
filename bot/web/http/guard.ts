/** What every request passes before a route sees it, and what every answer carries. */
import type { NextFunction, Request, Response } from 'express'
import { HttpProblem, refused } from './problem.ts'

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types backstop',
].join('; ')

/** Headers that leave an injected script nothing to run with, and keep secrets in addresses from leaving by the referrer. */
export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'Content-Security-Policy': contentPolicy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    // Not `no-referrer`: with that a form's POST would come with the origin "null".
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Cache-Control': 'no-store',
  })
  next()
}

/**
 * Refuses requests that name another host than ours, so that a page elsewhere cannot reach a bot on loopback by a name that it
 * points there (DNS rebinding), and writes that another origin's page has sent (CSRF, beside the token).
 */
export function ownHostOnly(ownUrl: () => URL): (request: Request, response: Response, next: NextFunction) => void {
  return (request, _response, next) => {
    const own = ownUrl()
    if (!isOwnHost(request.headers.host, own)) {
      throw new HttpProblem(421, 'Wrong address', `This is Backstop at ${own.origin}. Open it by that address.`)
    }
    const { origin } = request.headers
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads && origin !== undefined && !isOwnOrigin(origin, request.headers.host, own))
      throw refused('The request came from a page of another site, so nothing was done.')
    next()
  }
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function isOwnHost(host: string | undefined, own: URL): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false
  if (host.toLowerCase() === own.host) return true
  return loopbackNames.has(new URL(`http://${host}`).hostname)
}

/** A page has written to us itself: its origin is our public one, or the very host that it calls. */
function isOwnOrigin(origin: string, host: string | undefined, own: URL): boolean {
  return origin === own.origin || (URL.canParse(origin) && new URL(origin).host === host)
}
