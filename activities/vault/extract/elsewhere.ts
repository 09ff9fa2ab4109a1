import type { BlobEntry } from '../engine.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import type { Root } from '../root.ts'
import { generationsOf } from './choose-snapshot.ts'
import { isOfObject } from './is-of-object.ts'

/**
 * Where a blob that is damaged at its place was stored again: the index of the newest root that can be read knows it, if it was. For a
 * reader in need, so damage that is met on the way is no error of its own.
 */
export function elsewhere(reader: DriveReader, root: Root): (blobId: string) => Promise<BlobEntry | undefined> {
  let newest: Promise<OpenSnapshot | undefined> | undefined
  return async (blobId) => {
    newest ??= newestReadable(reader, root)
    try {
      return await (await newest)?.locate(blobId)
    } catch (error) {
      if (isOfObject(error)) return undefined
      throw error
    }
  }
}

async function newestReadable(reader: DriveReader, { gen }: Root): Promise<OpenSnapshot | undefined> {
  for (const newer of await generationsOf(reader, () => undefined)) {
    if (newer <= gen) return undefined
    try {
      return reader.open(await reader.root(newer))
    } catch (error) {
      if (!isOfObject(error)) throw error
    }
  }
  return undefined
}
