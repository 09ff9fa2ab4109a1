/** What the parts are told through their environment, and nothing else: they are the same programs as on a cluster. */
import { join } from 'node:path'
import type { DataFolder } from './folder/data-folder.ts'
import { readSecret, secretFile } from './folder/secrets.ts'
import type { State } from './folder/state.ts'
import { writeWhole } from './folder/write-whole.ts'
import { databaseUrl } from './postgres/cluster.ts'

export const productDatabase = 'backstop'

/** The practice Drive grants more than Google, so that a rehearsal is not spent waiting for quota. */
export const practiceQuotaScale = 20

/** The cluster of a folder as its server is started. */
export function clusterOf(folder: DataFolder, ports: State['ports']) {
  return { folder: folder.postgres, password: readSecret(folder, 'postgresPassword'), port: ports.postgres, durable: true } as const
}

export function oauthClientFile(folder: DataFolder): string {
  return join(folder.secrets, 'oauth-client.json')
}

/** Keeps the practice Drive's OAuth client as the file that Google's console would give. */
export function keepOauthClient(folder: DataFolder, practiceUrl: string, clientId: string, clientSecret: string): void {
  const client = {
    client_id: clientId,
    client_secret: clientSecret,
    auth_uri: `${practiceUrl}/o/oauth2/v2/auth`,
    token_uri: `${practiceUrl}/token`,
  }
  writeWhole(oauthClientFile(folder), `${JSON.stringify({ web: client }, undefined, 2)}\n`)
}

/**
 * The environment of the worker and the bot. What the person has set for themselves goes first for mail and logging, and not for the
 * places that this mode runs itself.
 */
export function partEnvironment(folder: DataFolder, ports: State['ports'], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    BACKSTOP_DATABASE_URL: databaseUrl(clusterOf(folder, ports), productDatabase),
    TEMPORAL_ADDRESS: env['TEMPORAL_ADDRESS'] ?? `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] ?? 'default',
    BACKSTOP_VAULT_DIR: folder.vault,
    BACKSTOP_KEY_FILE: secretFile(folder, 'key'),
    BACKSTOP_PORT: String(ports.bot),
    BACKSTOP_PUBLIC_URL: `http://127.0.0.1:${ports.bot}`,
    BACKSTOP_DRIVE_URL: `http://127.0.0.1:${ports.practice}`,
    BACKSTOP_OAUTH_CLIENT_FILE: oauthClientFile(folder),
    BACKSTOP_QUOTA_SCALE: String(practiceQuotaScale),
    BACKSTOP_PRACTICE_KEY: readSecret(folder, 'practiceKey'),
    BACKSTOP_OPERATOR_KEY_FILE: secretFile(folder, 'operatorKey'),
    BACKSTOP_MAIL_DIR: folder.mail,
  }
}
