/** The second reader, `docs/reader`, with what it needs in a cache of its own: nothing is installed for anyone else. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../bot/local/processes/run.ts'
import { defaultCache } from '../../../bot/local/temporal/binary.ts'

const reader = join(import.meta.dirname, '../../../docs/reader')

export type PythonReader = {
  readonly lines: number
  /** Runs a command of the reader and returns what it said. @throws Error with its last lines */
  run(...args: readonly string[]): Promise<string>
}

/** @throws Error there is no Python 3.9 or later with pip, or the pinned packages cannot be had */
export async function pythonReader(env: NodeJS.ProcessEnv): Promise<PythonReader> {
  const program = join(reader, 'backstop_reader.py')
  const packages = await installed(env)
  return {
    lines: readFileSync(program, 'utf8').split('\n').length - 1,
    run: (...args) => run('python3', [program, ...args], { ...env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' }),
  }
}

async function installed(env: NodeJS.ProcessEnv): Promise<string> {
  const requirements = join(reader, 'requirements.txt')
  const version = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], env).catch((error) => {
    throw new Error(`The reader of docs/reader needs Python 3.9 or later with pip, as the test servers do: ${error.message}`, {
      cause: error,
    })
  })
  const pinned = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const target = join(defaultCache, `reader-python-${version.trim()}-${pinned}`)
  if (existsSync(target)) return target
  mkdirSync(defaultCache, { recursive: true })
  const draft = mkdtempSync(join(defaultCache, 'reader-python-'))
  try {
    const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--only-binary=:all:', '--require-hashes']
    await run('python3', ['-m', 'pip', 'install', ...options, '--target', draft, '--requirement', requirements], env).catch((error) => {
      throw new Error(`pip cannot install what docs/reader/requirements.txt pins: ${error.message}`, { cause: error })
    })
    renameSync(draft, target)
    return target
  } catch (error) {
    // Another process may have been first.
    if (existsSync(target)) return target
    throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
