import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** The text of one file; `path` is relative to the checkout and written with `/`. */
export type SourceFile = { readonly path: string; readonly text: string }

export const checkout = join(import.meta.dirname, '..', '..')

const code = /\.(?:[cm]?[jt]sx?|css|sql)$/
const generated = ['db/generated/', 'node_modules/']

/** Every file of code under the given folders, or at the given paths, in the order of their paths. */
export function readSources(folders: readonly string[], root = checkout): readonly SourceFile[] {
  return folders
    .flatMap((folder) => filesUnder(join(root, folder)))
    .map((file) => relative(root, file).split(sep).join('/'))
    .filter((path) => code.test(path) && !generated.some((folder) => path.includes(folder)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function filesUnder(folder: string): readonly string[] {
  try {
    if (statSync(folder).isFile()) return [folder]
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
