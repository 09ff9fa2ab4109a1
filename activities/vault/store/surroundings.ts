import type { AzureCredentials } from './azure/client.ts'
import type { S3Credentials } from './s3/client.ts'

/** What the surroundings say about stores. A location goes before them, and holds no secrets. */
export type StoreSurroundings = {
  readonly s3: { readonly credentials?: S3Credentials; readonly region?: string }
  readonly azure: { readonly credentials?: AzureCredentials }
  /** `keyFile` is the path of a service account's key. */
  readonly gcs: { readonly keyFile?: string }
}

/** What whoever starts a program has given for a vault in a cloud, by the names that everybody uses. Nothing else is looked at. */
export function storeSurroundings(env: NodeJS.ProcessEnv): StoreSurroundings {
  const keyFile = env['GOOGLE_APPLICATION_CREDENTIALS']
  return { s3: amazon(env), azure: azure(env), gcs: keyFile ? { keyFile } : {} }
}

function amazon(env: NodeJS.ProcessEnv): StoreSurroundings['s3'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  return {
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
    ...(region && { region }),
  }
}

function azure(env: NodeJS.ProcessEnv): StoreSurroundings['azure'] {
  const { AZURE_STORAGE_KEY: accountKey, AZURE_STORAGE_SAS_TOKEN: sasToken } = env
  if (accountKey) return { credentials: { accountKey } }
  return sasToken ? { credentials: { sasToken } } : {}
}
