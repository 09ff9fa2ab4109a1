import { stat } from 'node:fs/promises'
import { openLocalStore } from '../local-folder.ts'
import { parseLocation } from '../location.ts'
import { type OpenStoreOptions, openCloud } from '../open-store.ts'
import { retries } from '../retry.ts'
import { retrying } from '../retrying.ts'
import type { ProbeOptions } from './probe.ts'

/**
 * The store at `location` for the probe: without the locks that the location asks for, so that the probe's own objects can be removed, but
 * refused like any other when the bucket cannot lock.
 * @throws {StoreUnavailable} the folder or bucket is not there, or cannot be used @throws {InvalidInput}
 */
export async function openForProbe(location: string, options: OpenStoreOptions): Promise<Pick<ProbeOptions, 'store' | 'sendDamaged'>> {
  const place = parseLocation(location)
  if (place.kind === 'folder') {
    // A folder that is there may become a vault; one that is not is more likely a slip of the pen.
    const there = await stat(place.path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    return { store: await openLocalStore({ path: place.path, create: there, random: options.random }) }
  }
  if (place.kind === 's3' && place.lock) await openCloud(place, options)
  const { store, sendDamaged } = await openCloud(place.kind === 's3' ? withoutLock(place) : place, options)
  return { store: retrying(store, retries(options)), sendDamaged }
}

function withoutLock<T extends { readonly lock?: unknown }>({ lock: _, ...place }: T): Omit<T, 'lock'> {
  return place
}
