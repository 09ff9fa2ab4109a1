import { S3Client } from '@aws-sdk/client-s3'

export type S3Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export type S3Connection = {
  readonly region: string
  readonly credentials: S3Credentials
  /** Of a store that is not Amazon's. It is addressed by path (`endpoint/bucket/key`), which all of them understand. */
  readonly endpoint?: string
  /** Without a byte in either direction for so long, a request has failed. */
  readonly idleMs?: number
}

const connectTimeoutMs = 10_000
const idleTimeoutMs = 60_000
const maxConnections = 64

/** A client that tries once, adds no checksums of its own, and takes nothing from the environment or from files in the home folder. */
export function s3Client({ region, credentials, endpoint, idleMs = idleTimeoutMs }: S3Connection): S3Client {
  const agent = { maxSockets: maxConnections, keepAlive: true }
  return new S3Client({
    region,
    credentials,
    ...(endpoint === undefined ? { ignoreConfiguredEndpointUrls: true } : { endpoint, forcePathStyle: true }),
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: idleMs,
      socketAcquisitionWarningTimeout: idleTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  })
}
