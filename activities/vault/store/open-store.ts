/** From where a vault lies, as a person writes it, to a store that is ready and safe to use. */
import { proveConditionalCreate } from './conditional-create.ts'
import { limited } from './limited.ts'
import { openLocalStore } from './local-folder.ts'
import { parseLocation, type StoreLocation } from './location.ts'
import type { ObjectStore } from './object-store.ts'
import { readBack } from './read-back.ts'
import { type RetryOptions, retries } from './retry.ts'
import { retrying } from './retrying.ts'
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
  const { create = true, random, surroundings, clock } = options
  const place = parseLocation(location)
  const used = (store: ObjectStore) => {
    const { limits = {}, readBack: again } = surroundings
    const held = Object.keys(limits).length > 0 ? limited(store, limits, clock) : store
    const repeated = place.kind === 'folder' ? held : retrying(held, retries(options))
    return again === true ? readBack(repeated) : repeated
  }
  if (place.kind === 'folder') return used(await openLocalStore({ path: place.path, create, random }))
  const { store } = await openCloud(place, options)
  if (create) await retries(options)(() => proveConditionalCreate(store))
  return used(store)
}

/** A store in a cloud with nothing around it, as the probe wants it. */
export type CloudStore = {
  readonly store: ObjectStore
  /** Sends a body with the checksum of another one. Resolves when the store keeps it all the same. */
  sendDamaged(key: string): Promise<void>
}

/** Each provider's library is loaded only where it is used: together they would take a worker a hundred megabytes. */
export async function openCloud(place: Exclude<StoreLocation, { kind: 'folder' }>, options: OpenStoreOptions): Promise<CloudStore> {
  const { clock, random, surroundings } = options
  const retry = retries(options)
  switch (place.kind) {
    case 's3':
      return (await import('./s3/open.ts')).openS3(place, surroundings.s3, { clock, random, retry })
    case 'azure':
      return (await import('./azure/open.ts')).openAzure(place, surroundings.azure, { random, retry })
    case 'gcs':
      return (await import('./gcs/open.ts')).openGcs(place, surroundings.gcs, { random, retry })
  }
}
