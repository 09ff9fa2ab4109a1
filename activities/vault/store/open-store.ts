/** From where a vault lies, as a person writes it, to a store that is ready and safe to use. */
import { openAzure } from './azure/open.ts'
import { proveConditionalCreate } from './conditional-create.ts'
import { openGcs } from './gcs/open.ts'
import { openLocalStore } from './local-folder.ts'
import { parseLocation, type StoreLocation } from './location.ts'
import type { ObjectStore } from './object-store.ts'
import { type Retry, type RetryOptions, retries } from './retry.ts'
import { retrying } from './retrying.ts'
import { openS3 } from './s3/open.ts'
import type { StoreSurroundings } from './surroundings.ts'

export type OpenStoreOptions = RetryOptions & {
  readonly surroundings: StoreSurroundings
  /**
   * Whether this may be the first use of the location (the default): a folder is made when it is missing, and a bucket is proven to refuse
   * overwriting. With `false`, opening writes nothing at all.
   */
  readonly create?: boolean
}

/**
 * Opens the store at `location`, in one of the forms that {@link parseLocation} knows. A bucket or container must exist.
 * @throws {InvalidInput} the location, or what belongs to it, is missing or malformed
 * @throws {StoreUnavailable} the store cannot be used, or would overwrite an object that must not be
 */
export async function openStore(location: string, options: OpenStoreOptions): Promise<ObjectStore> {
  const { create = true, random } = options
  const place = parseLocation(location)
  if (place.kind === 'folder') return openLocalStore({ path: place.path, create, random })
  const retry = retries(options)
  const store = await openCloud(place, options, retry)
  if (create) await retry(() => proveConditionalCreate(store))
  return retrying(store, retry)
}

function openCloud(place: Exclude<StoreLocation, { kind: 'folder' }>, options: OpenStoreOptions, retry: Retry): Promise<ObjectStore> {
  const { clock, random, surroundings } = options
  if (place.kind === 's3') return openS3(place, surroundings.s3, { clock, random, retry })
  if (place.kind === 'azure') return openAzure(place, surroundings.azure, { random, retry })
  return openGcs(place, surroundings.gcs, { random, retry })
}
