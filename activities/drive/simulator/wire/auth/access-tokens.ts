import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../../../db/kit/clock.ts'

/** What an access token says: whose it is, what it may, which grant it came from. Times are milliseconds since 1970. */
export type AccessToken = {
  readonly email: string
  readonly scopes: readonly string[]
  readonly grantId: string
  readonly clientId: string
  readonly expiresAt: number
}

const prefix = 'ya29.'
const remembered = 10_000

/** Seals and opens access tokens. They carry their own content under a MAC, so a restart of the server does not void them. */
export type AccessTokens = {
  seal(token: AccessToken): string
  /** The content of a token that this server sealed and that has not expired. */
  open(text: string): AccessToken | undefined
}

export function accessTokens(secret: string, clock: Clock): AccessTokens {
  const key = Buffer.from(secret, 'base64')
  const opened = new Map<string, AccessToken>()
  const mac = (body: string) => createHmac('sha256', key).update(body).digest()

  function check(text: string): AccessToken | undefined {
    const [body, signature] = text.slice(prefix.length).split('.')
    if (!text.startsWith(prefix) || !body || !signature) return undefined
    const given = Buffer.from(signature, 'base64url')
    const right = mac(body)
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as AccessToken
  }

  return {
    seal(token) {
      const body = Buffer.from(JSON.stringify(token)).toString('base64url')
      return `${prefix}${body}.${mac(body).toString('base64url')}`
    },
    open(text) {
      const token = opened.get(text) ?? check(text)
      if (!token) return undefined
      if (opened.size >= remembered) opened.clear()
      opened.set(text, token)
      return token.expiresAt > clock.now().getTime() ? token : undefined
    },
  }
}
