import { createHash } from 'node:crypto'
import type { Clock } from '../../../../../db/kit/clock.ts'
import { newId, type Random } from '../../../../../db/kit/random.ts'

/** A person's consent: a client may act for them within the scopes, until it is revoked. */
export type Grant = { readonly id: string; readonly email: string; readonly scopes: readonly string[]; readonly clientId: string }

/** What of the grants outlives a restart. Refresh tokens are kept as SHA-256 only. */
export type GrantsState = {
  readonly refreshTokens: readonly (readonly [hash: string, grant: Grant])[]
  readonly revoked: readonly string[]
}

/** An authorisation code with what it was given for. */
export type CodeRequest = {
  readonly email: string
  readonly scopes: readonly string[]
  readonly clientId: string
  readonly redirectUri: string
  readonly offline: boolean
  readonly challenge?: { readonly method: 'S256' | 'plain'; readonly value: string }
}

const codeLifeMs = 10 * 60_000

export type Grants = ReturnType<typeof createGrants>

/** Codes, refresh tokens and revocations. `changed` is told the new state after every change that must be kept. */
export function createGrants(clock: Clock, random: Random, kept: GrantsState, changed: (state: GrantsState) => void) {
  const codes = new Map<string, CodeRequest & { readonly expiresAt: number }>()
  const refreshTokens = new Map(kept.refreshTokens)
  const revoked = new Set(kept.revoked)
  const keep = () => changed({ refreshTokens: [...refreshTokens], revoked: [...revoked] })

  return {
    issueCode(request: CodeRequest): string {
      const now = clock.now().getTime()
      for (const [code, { expiresAt }] of codes) if (expiresAt <= now) codes.delete(code)
      const code = `4/${secret(random)}`
      codes.set(code, { ...request, expiresAt: now + codeLifeMs })
      return code
    },

    /** Takes a code: it works once, and only within ten minutes. */
    takeCode(code: string): CodeRequest | undefined {
      const request = codes.get(code)
      codes.delete(code)
      return request && request.expiresAt > clock.now().getTime() ? request : undefined
    },

    /** Records a consent; with `offline` also makes a refresh token for it. */
    open(request: CodeRequest): { readonly grant: Grant; readonly refreshToken: string | undefined } {
      const grant = { id: newId(random, 'grant'), email: request.email, scopes: request.scopes, clientId: request.clientId }
      if (!request.offline) return { grant, refreshToken: undefined }
      const refreshToken = `1//${secret(random)}`
      refreshTokens.set(hash(refreshToken), grant)
      keep()
      return { grant, refreshToken }
    },

    /** The grant behind a refresh token, unless it is unknown or was revoked. */
    refresh(refreshToken: string): Grant | undefined {
      const grant = refreshTokens.get(hash(refreshToken))
      return grant && !revoked.has(grant.id) ? grant : undefined
    },

    isRevoked: (grantId: string): boolean => revoked.has(grantId),

    revoke(grantId: string): void {
      revoked.add(grantId)
      for (const [key, grant] of refreshTokens) if (grant.id === grantId) refreshTokens.delete(key)
      keep()
    },

    /** Undoes a revocation of the service account: an admin has put its client back into domain-wide delegation. */
    reinstate(grantId: string): void {
      if (revoked.delete(grantId)) keep()
    },

    revokedIds: (): readonly string[] => [...revoked],
  }
}

function secret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
