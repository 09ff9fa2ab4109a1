import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Items of golden vaults are older than this; whatever is newer got its time from being written just now. */
const newestItem = Date.UTC(2026, 2, 1)

/** Everything that an extraction wrote, in order of the path: the digest of a file or `folder`, and when it was modified. */
export async function filesUnder(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    // Every reader reports in words of its own.
    if (name.endsWith('report.json')) continue
    const path = join(folder, name)
    const status = await lstat(path)
    const what = status.isDirectory() ? 'folder' : status.isFile() ? await digestOf(path) : 'neither file nor folder'
    const time = Math.round(status.mtimeMs)
    found[name] = time < newestItem ? `${what} ${new Date(time).toISOString()}` : what
  }
  return found
}

const digestOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
