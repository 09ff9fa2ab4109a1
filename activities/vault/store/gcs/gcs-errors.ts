/** Google Cloud Storage's answers as the vault's errors. Codes: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
import { ApiError } from '@google-cloud/storage'
import { Retained, type StoreUnavailable, VaultError } from '../../errors.ts'
import { unavailable as cloudUnavailable, denied, full, missing, type Problem, plain, type Refusal, taken } from '../cloud-errors.ts'

const badKeys = denied(
  'Google does not accept the service account. Check that the file in GOOGLE_APPLICATION_CREDENTIALS holds a key that was neither deleted nor disabled.',
)
const noRight = denied(
  'The service account may not do this. It needs storage.objects.list, get, create and delete on the bucket, for example by the role Storage Object User.',
)
export const noBucket: Refusal = {
  code: 'ENOENT',
  sentence: 'There is no such bucket. Check its name; nothing was created in its place.',
}

const refusals: Readonly<Record<string, Refusal>> = {
  authError: badKeys,
  invalid_grant: badKeys,
  accountDisabled: denied("The project's account is disabled. Look at the Google Cloud console."),
  projectDisabled: denied("The bucket's project is disabled. Look at the Google Cloud console."),
  userProjectMissing: denied('The bucket lets the requester pay, which Backstop does not do. Turn Requester Pays off.'),
  UserProjectMissing: denied('The bucket lets the requester pay, which Backstop does not do. Turn Requester Pays off.'),
  quotaExceeded: full,
}

/** Google's reason, and the status of its answer. Its library says a status as a number and a failure of the network as words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError && typeof error.code === 'number') {
    const name = error.errors?.[0]?.reason
    return { status: error.code, ...(name && { name }) }
  }
  // What refuses a service account is Google's sign-in, by another library.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number')
    return { status: error.status, ...(error.message.includes('invalid_grant') && { name: 'invalid_grant' }) }
  return {}
}

/** The key is taken: what a write of generation 0 hears when there is another one. */
export const isTaken = ({ status }: Problem) => status === 412
export const isMissing = ({ status }: Problem) => status === 404
/** A version is kept by the bucket's retention policy, by its own, or by a hold. */
const isRetained = ({ name }: Problem) => name === 'retentionPolicyNotMet' || name === 'objectUnderActiveHold'

/** What the vault throws for `error` of a call on `key` of the store called `name`; passes vault errors through. */
export function gcsError(name: string, key: string, error: unknown): Error {
  if (error instanceof VaultError) return error
  const problem = problemOf(error)
  if (isTaken(problem)) return taken(name, key, plain(error))
  if (isMissing(problem)) return missing(name, key, plain(error))
  if (isRetained(problem)) return new Retained(key, undefined, { cause: plain(error) })
  return unavailable(name, error)
}

export function unavailable(name: string, error: unknown, refusal?: Refusal): StoreUnavailable {
  const problem = problemOf(error)
  return cloudUnavailable(name, problem, refusal ?? refusals[problem.name ?? ''] ?? byStatus(problem.status), plain(error))
}

function byStatus(status: number | undefined): Refusal | undefined {
  if (status === 401) return badKeys
  return status === 403 ? noRight : undefined
}
