import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const checkout = join(import.meta.dirname, '..')
const builder = join(import.meta.dirname, 'build-workflow-bundle.ts')

/**
 * The workflows as the one script that a worker runs. Made by a process of its own, because the bundler takes more memory than a worker has to
 * spare, and kept under the hash of what went into it, so that a second start finds it.
 */
export async function workflowBundle(
  cacheFolder = join(checkout, 'node_modules', '.cache', 'backstop'),
): Promise<{ readonly codePath: string }> {
  const codePath = join(cacheFolder, `workflows-${await sourceHash()}.js`)
  if (!(await exists(codePath))) await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', builder, codePath])
  return { codePath }
}

/** Over every source that may be in the bundle, and over the versions of everything else that may. */
async function sourceHash(): Promise<string> {
  const folder = join(checkout, 'workflows')
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts')).sort()
  const hash = createHash('sha256').update(await readFile(join(checkout, 'package-lock.json')))
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 16)
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
