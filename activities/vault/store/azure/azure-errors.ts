/** Azure's answers as the vault's errors. Codes: https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes */
import { RestError } from '@azure/storage-blob'
import { Retained, type StoreUnavailable, VaultError } from '../../errors.ts'
import { unavailable as cloudUnavailable, denied, full, missing, type Problem, plain, type Refusal, taken } from '../cloud-errors.ts'

const badKeys = denied('The store does not accept the credentials. Check AZURE_STORAGE_KEY, or AZURE_STORAGE_SAS_TOKEN and its dates.')
const noRight = denied(
  'The credentials may not do this. A SAS token needs the rights read, create, write, delete and list on the container.',
)

const refusals: Readonly<Record<string, Refusal>> = {
  AuthenticationFailed: badKeys,
  InvalidAuthenticationInfo: badKeys,
  NoAuthenticationInformation: badKeys,
  AuthorizationFailure: denied(
    'The store refuses the request. Check AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, and the network rules of the storage account.',
  ),
  AuthorizationPermissionMismatch: noRight,
  AuthorizationProtocolMismatch: noRight,
  AuthorizationResourceTypeMismatch: noRight,
  AuthorizationServiceMismatch: noRight,
  AuthorizationSourceIPMismatch: denied("The SAS token does not allow this machine's address. Make one that does."),
  InsufficientAccountPermissions: noRight,
  AccountIsDisabled: denied('The storage account is disabled. Look at the Azure portal.'),
  ContainerNotFound: {
    code: 'ENOENT',
    sentence: 'There is no such container. Check its name and its account; nothing was created in its place.',
  },
  ContainerDisabled: denied('The container is disabled. Look at the Azure portal.'),
  FeatureNotSupportedForAccount: {
    code: 'ENOTSUP',
    sentence: 'The storage account lacks a function that the vault needs. Use a StorageV2 account.',
  },
  BlobTypeNotSupported: { code: 'ENOTSUP', sentence: 'The storage account does not take block blobs. Use a StorageV2 account.' },
  AccountLimitExceeded: full,
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof RestError) || error.statusCode === undefined) return {}
  // Answers to HEAD have no body; their code is in a header.
  const name = error.code ?? error.response?.headers.get('x-ms-error-code')
  return { status: error.statusCode, ...(name !== undefined && { name }) }
}

/** What a conditional write hears when the blob is there. https://learn.microsoft.com/en-us/rest/api/storageservices/put-blob */
export const isTaken = ({ name, status }: Problem) => name === 'BlobAlreadyExists' || (status === 412 && name === 'ConditionNotMet')
const isMissing = ({ name, status }: Problem) => status === 404 && name !== 'ContainerNotFound'
const isRetained = ({ name }: Problem) => name === 'BlobImmutableDueToPolicy'

/** What the vault throws for `error` of a call on `key` of the store called `name`; passes vault errors through. */
export function azureError(name: string, key: string, error: unknown): Error {
  if (error instanceof VaultError) return error
  const problem = problemOf(error)
  if (isTaken(problem)) return taken(name, key, plain(error))
  if (isMissing(problem)) return missing(name, key, plain(error))
  if (isRetained(problem)) return new Retained(key, undefined, { cause: plain(error) })
  return unavailable(name, error)
}

export function unavailable(name: string, error: unknown): StoreUnavailable {
  const problem = problemOf(error)
  return cloudUnavailable(name, problem, refusals[problem.name ?? ''] ?? byStatus(problem.status), plain(error))
}

function byStatus(status: number | undefined): Refusal | undefined {
  if (status === 401) return badKeys
  return status === 403 ? noRight : undefined
}
