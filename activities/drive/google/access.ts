import { JWT, OAuth2Client } from 'google-auth-library'
import type { OAuthApp, ServiceAccount } from './app.ts'

/** One identity's way into Google's API. */
export type Access = {
  readonly client: OAuth2Client
  /** The value of an `Authorization` header; asks for a token first when the one at hand is old. */
  authorization(): Promise<string>
  /** Makes the next use ask for a fresh token. */
  renew(): void
}

const googleTokenUrl = 'https://oauth2.googleapis.com/token'
/** A token that has less than this to live is replaced first. */
const eagerRefreshThresholdMillis = 60_000
/** Repetition is the caller's own: the library must neither hide calls from the meter nor sit through a cancellation. */
const transporterOptions = { retry: false, retryConfig: { retry: 0, noResponseRetries: 0 }, fetchImplementation: fetch }

/** Access by a person's consent. */
export function accessByConsent(app: OAuthApp, refreshToken: string): Access {
  const client = oauthClient(app)
  client.setCredentials({ refresh_token: refreshToken })
  return accessOf(client)
}

/** A client for the consent itself and for what follows from it. */
export function oauthClient(app: OAuthApp, redirectUri?: string): OAuth2Client {
  return new OAuth2Client({
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    endpoints: { oauth2AuthBaseUrl: app.authUri, oauth2TokenUrl: app.tokenUri },
    eagerRefreshThresholdMillis,
    transporterOptions,
    ...(redirectUri !== undefined && { redirectUri }),
  })
}

/** Access as `subject` through a service account with domain-wide delegation. */
export function accessByDelegation(account: ServiceAccount, subject: string, scopes: readonly string[]): Access {
  const client = new JWT({
    email: account.email,
    key: account.privateKey,
    keyId: account.keyId,
    subject,
    scopes: [...scopes],
    eagerRefreshThresholdMillis,
    transporterOptions,
  })
  // The library knows only Google's own token endpoint; the key file may name another, as the practice Drive's does.
  client.transporter.interceptors.request.add({
    resolved: async (request) => (String(request.url) === googleTokenUrl ? { ...request, url: new URL(account.tokenUri) } : request),
  })
  return accessOf(client)
}

function accessOf(client: OAuth2Client): Access {
  return {
    client,
    async authorization() {
      const value = (await client.getRequestHeaders()).get('authorization')
      if (value === null) throw new Error('The Google client gave no access token.')
      return value
    },
    renew() {
      client.credentials = { ...client.credentials, expiry_date: 1 }
    },
  }
}
