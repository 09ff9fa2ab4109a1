import { type Bucket, Storage } from '@google-cloud/storage'
import { JWT } from 'google-auth-library'

/** A service account's key file, as Google's console gives it. */
export type GcsCredentials = { readonly client_email: string; readonly private_key: string }

export type GcsConnection = {
  readonly bucket: string
  /** Without them nothing is signed, which only a stand-in accepts. */
  readonly credentials?: GcsCredentials
  /** Of a store that is not Google's own. */
  readonly endpoint?: string
}

const google = 'https://storage.googleapis.com'
const scopes = ['https://www.googleapis.com/auth/devstorage.read_write']

/** A client that tries once and takes nothing from the environment: naming the endpoint keeps the library from looking there. */
export function gcsBucket({ bucket, credentials, endpoint }: GcsConnection): Bucket {
  const signed = credentials && new JWT({ email: credentials.client_email, key: credentials.private_key, scopes })
  const storage = new Storage({
    apiEndpoint: endpoint ?? google,
    useAuthWithCustomEndpoint: signed !== undefined,
    ...(signed && { authClient: signed }),
    projectId: 'not-needed-for-objects',
    retryOptions: { autoRetry: false, maxRetries: 0 },
  })
  return storage.bucket(bucket)
}
