import { createHash } from 'node:crypto'
import type { ContainerClient } from '@azure/storage-blob'
import { NotFound, StoreUnavailable } from '../../errors.ts'
import { inTime } from '../in-time.ts'
import { checkKey } from '../object-key.ts'
import type { ObjectRef } from '../object-store.ts'
import { azureError, problemOf, unavailable } from './azure-errors.ts'

/** A part of a container that holds a vault, and the way to it. */
export type AzurePlace = {
  readonly container: ContainerClient
  /** Before every key; empty, or ends with a slash. */
  readonly prefix: string
  /** What a person knows it by: `container azure://acme/backup/vault`. */
  readonly name: string
  /** When a request has failed that was not answered, in milliseconds; minutes by default. */
  readonly timeoutMs?: number
}

/** Where Azure has the object. @throws {InvalidKey} the key cannot be one */
export const blobOf = ({ container, prefix }: AzurePlace, key: string) => container.getBlockBlobClient(`${prefix}${checkKey(key)}`)

/** Only when nothing is there. */
export const ifAbsent = { ifNoneMatch: '*' }

/** Sent with every body: the store refuses to keep anything else than what was sent. */
export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest()

/**
 * Asks whether the container is there and fit for a vault.
 * @throws {StoreUnavailable} it is not, or cannot be asked
 */
export async function checkContainer({ container, name, timeoutMs }: AzurePlace): Promise<void> {
  try {
    // Asked by what the vault may do in any case: a token for the container must not ask for its properties.
    await inTime(timeoutMs, (abortSignal) => container.listBlobsFlat({ abortSignal }).byPage({ maxPageSize: 1 }).next())
  } catch (error) {
    throw unavailable(name, error)
  }
  const account = await inTime(timeoutMs, (abortSignal) => container.getAccountInfo({ abortSignal })).catch((error) => {
    // A token for one container need not know of the account.
    if ([403, 404].includes(problemOf(error).status ?? 0)) return undefined
    throw unavailable(name, error)
  })
  if (account?.isHierarchicalNamespaceEnabled !== true) return
  const cause = Object.assign(new Error('Its namespace is hierarchical'), { code: 'ENOTSUP' })
  throw new StoreUnavailable(
    `The ${name} is in a storage account with a hierarchical namespace (Data Lake Gen2), whose listings come in another order than the vault needs. Choose an account without one.`,
    { cause },
  )
}

export type Properties = ObjectRef & { readonly metadata: Readonly<Record<string, string>> }

/** @throws {NotFound} there is no such object */
export async function properties(place: AzurePlace, key: string): Promise<Properties> {
  const blob = blobOf(place, key)
  try {
    const {
      contentLength = 0,
      lastModified,
      metadata = {},
    } = await inTime(place.timeoutMs, (abortSignal) => blob.getProperties({ abortSignal }))
    return { key, sizeBytes: contentLength, ...(lastModified && { lastModified }), metadata }
  } catch (error) {
    throw azureError(place.name, key, error)
  }
}

/** The object that is there now, if any. */
export async function find(place: AzurePlace, key: string): Promise<Properties | undefined> {
  try {
    return await properties(place, key)
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}
