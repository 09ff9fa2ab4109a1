import { type Bucket, Storage, type StorageOptions } from '@google-cloud/storage'

/** A service account's key file, as Google's console gives it. */
export type GcsCredentials = { readonly client_email: string; readonly private_key: string }

export type GcsConnection = {
  readonly bucket: string
  /** Without them nothing is signed, which only a stand-in accepts. */
  readonly credentials?: GcsCredentials
  /** Of a store that is not Google's own. */
  readonly endpoint?: string
}

export type GcsBuckets = {
  /** Tries each request once. */
  readonly bucket: Bucket
  /** Repeats the requests of a resumable upload, whose body cannot be pulled twice. */
  readonly uploads: Bucket
}

const google = 'https://storage.googleapis.com'
const once = { autoRetry: false, maxRetries: 0 }
/** As patient as `retry.ts`. */
const patient = { autoRetry: true, maxRetries: 5, maxRetryDelay: 10, totalTimeout: 120 }

/** Clients that take nothing from the environment: naming the endpoint keeps the library from looking there. */
export function gcsBuckets({ bucket, credentials, endpoint }: GcsConnection): GcsBuckets {
  const open = (retryOptions: NonNullable<StorageOptions['retryOptions']>) =>
    new Storage({
      apiEndpoint: endpoint ?? google,
      useAuthWithCustomEndpoint: credentials !== undefined,
      ...(credentials && { credentials }),
      projectId: 'not-needed-for-objects',
      retryOptions,
    }).bucket(bucket)
  return { bucket: open(once), uploads: open(patient) }
}
