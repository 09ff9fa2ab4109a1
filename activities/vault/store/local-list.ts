import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, storeError } from './local-errors.ts'
import type { ObjectRef } from './object-store.ts'

export type ListedFile = ObjectRef & { readonly lastModified: Date }

/**
 * Walks the files below `folder` in byte order of their keys. Keys are ASCII, so comparing strings compares bytes; a directory sorts as
 * its name with a slash, because that is how its keys go on. Names that begin with a dot are ours and no objects.
 */
export async function* listFolder(folder: string, prefix: string, startAfter: string): AsyncIterable<ListedFile> {
  yield* walk(folder, '', prefix, startAfter)
}

async function* walk(folder: string, parent: string, prefix: string, startAfter: string): AsyncIterable<ListedFile> {
  const entries = (await entriesOf(folder, parent)).map((entry) => ({
    entry,
    key: `${parent}${entry.name}${entry.isDirectory() ? '/' : ''}`,
  }))
  entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { entry, key } of entries) {
    if (entry.name.startsWith('.') || !(key.startsWith(prefix) || prefix.startsWith(key))) continue
    if (entry.isDirectory()) {
      // Everything below a directory that sorts wholly before `startAfter` was listed earlier.
      if (key > startAfter || startAfter.startsWith(key)) yield* walk(folder, key, prefix, startAfter)
    } else if (entry.isFile() && key.startsWith(prefix) && key > startAfter) {
      const found = await lookAt(folder, key)
      if (found) yield { key, ...found }
    }
  }
}

async function entriesOf(folder: string, parent: string): Promise<Dirent[]> {
  try {
    return await readdir(join(folder, parent), { withFileTypes: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw storeError(folder, error)
  }
}

/** Undefined when the object was removed since the directory was read. */
async function lookAt(folder: string, key: string): Promise<Omit<ListedFile, 'key'> | undefined> {
  try {
    const { size, mtime } = await stat(join(folder, key))
    return { sizeBytes: size, lastModified: mtime }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw storeError(folder, error)
  }
}
