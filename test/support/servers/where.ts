import { inject } from 'vitest'

export type PostgresPlace = { readonly adminUrl: string; readonly template: string }
export type S3Server = {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}
export type AzureServer = { readonly endpoint: string; readonly account: string; readonly credentials: { readonly accountKey: string } }
export type GcsServer = { readonly endpoint: string }
export type TemporalPlace = { readonly address: string; readonly namespace: string }

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the process that holds this run's servers. */
    serverHost: string
  }
}

/** Where a shared server is; it is started by whoever asks first. @throws Error with the server's last words when it does not come up */
export async function whereIs(name: 'postgres'): Promise<PostgresPlace>
export async function whereIs(name: 's3'): Promise<S3Server>
export async function whereIs(name: 'azure'): Promise<AzureServer>
export async function whereIs(name: 'gcs'): Promise<GcsServer>
export async function whereIs(name: 'temporal' | 'time-skipping'): Promise<TemporalPlace>
export async function whereIs(name: string): Promise<unknown> {
  const response = await fetch(`${inject('serverHost')}/${name}`, { method: 'POST' })
  const answer = (await response.json()) as { error?: string }
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer
}
