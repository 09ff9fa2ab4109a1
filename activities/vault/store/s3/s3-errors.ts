/** S3's answers as the vault's errors. Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { type StoreUnavailable, VaultError } from '../../errors.ts'
import { unavailable as cloudUnavailable, denied, full, missing, type Problem, type Refusal, taken } from '../cloud-errors.ts'

const badKeys = denied('The store does not accept the access key. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.')
const wrongRegion: Refusal = {
  code: 'ENOTSUP',
  sentence: 'The bucket is in another region. Name that one in the location (region=…), or in AWS_REGION.',
}

const refusals: Readonly<Record<string, Refusal>> = {
  AccessDenied: denied(
    'The access key may not do this. It needs s3:ListBucket on the bucket and s3:GetObject, s3:PutObject and s3:AbortMultipartUpload on its objects; docs/stores.md has the whole list.',
  ),
  AllAccessDisabled: denied('The provider has locked the bucket. Ask the provider.'),
  AccountProblem: denied('There is a problem with the account at the provider. Ask the provider.'),
  InvalidAccessKeyId: badKeys,
  SignatureDoesNotMatch: badKeys,
  InvalidToken: badKeys,
  ExpiredToken: denied('The session token has expired. Put a new one in AWS_SESSION_TOKEN and start the worker again.'),
  RequestTimeTooSkewed: denied("This machine's clock differs from the store's by too much. Set the clock."),
  NoSuchBucket: { code: 'ENOENT', sentence: 'There is no such bucket. Check its name and its endpoint; nothing was created in its place.' },
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  NotImplemented: {
    code: 'ENOTSUP',
    sentence: 'The store lacks a function that the vault needs to commit safely (If-None-Match). Choose another store.',
  },
  QuotaExceeded: full,
  InsufficientStorage: full,
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error) || !('$metadata' in error)) return {}
  const { httpStatusCode: status } = error.$metadata as { httpStatusCode?: number }
  return { name: error.name, ...(status !== undefined && { status }) }
}

/** The key is taken: what a conditional write hears after somebody else's. */
export const isTaken = ({ status }: Problem) => status === 412
/** Two conditional writes of one key met; who wins is not said. */
export const isConflict = ({ status }: Problem) => status === 409
/** No such object, or no such version: 405 is a read of a version that marks a deletion, 400 one of an id that cannot be one. */
const isMissing = ({ name, status }: Problem, versionId: string | undefined) =>
  (status === 404 && name !== 'NoSuchBucket' && name !== 'NoSuchUpload') ||
  (versionId !== undefined && (status === 405 || name === 'InvalidArgument'))

/** What the vault throws for `error` of a call on `address` of the store called `name`; passes vault errors through. */
export function s3Error(name: string, address: { readonly key: string; readonly versionId?: string }, error: unknown): Error {
  if (error instanceof VaultError) return error
  const problem = problemOf(error)
  if (isTaken(problem)) return taken(name, address.key, error)
  if (isMissing(problem, address.versionId)) return missing(name, address.key, error)
  return unavailable(name, error)
}

export function unavailable(name: string, error: unknown): StoreUnavailable {
  const problem = problemOf(error)
  return cloudUnavailable(name, problem, refusals[problem.name ?? ''] ?? byStatus(problem.status), error)
}

/** Answers to HEAD have no body, so no name. */
function byStatus(status: number | undefined): Refusal | undefined {
  if (status === 403) return refusals['AccessDenied']
  if (status === 301) return wrongRegion
  if (status === 507) return full
  return undefined
}
