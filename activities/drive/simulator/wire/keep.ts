import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../../../db/kit/random.ts'
import { type Credentials, createCredentials, serviceAccountFile } from './auth/credentials.ts'
import type { GrantsState } from './auth/grants.ts'

type Kept = { readonly credentials: Credentials; readonly adminKey: string; readonly grants: GrantsState }

/** Keys and consents of a practice Drive, and what keeps them over a restart. */
export type Keeper = Kept & { readonly keepGrants: (state: GrantsState) => void }

const noGrants: GrantsState = { refreshTokens: [], revoked: [] }

/**
 * Makes keys, or finds them in `folder`, where they are kept readable by the owner alone. Without a folder they die with the process.
 * @throws {Error} a sentence that says which file is broken
 */
export async function openKeeper(folder: string | undefined, random: Random, adminKey: string | undefined): Promise<Keeper> {
  const file = folder === undefined ? undefined : join(folder, 'keys.json')
  const found = file === undefined ? undefined : read(file)
  const kept: Kept = {
    credentials: found?.credentials ?? (await createCredentials(random)),
    adminKey: adminKey ?? found?.adminKey ?? Buffer.from(random.bytes(24)).toString('base64url'),
    grants: found?.grants ?? noGrants,
  }
  const keepGrants = (grants: GrantsState) => {
    if (file !== undefined) write(file, { ...kept, grants })
  }
  keepGrants(kept.grants)
  return { ...kept, keepGrants }
}

/** Writes the service account's file for programs that are given a path, and returns the path. */
export function writeCredentialsFile(folder: string, credentials: Credentials, url: string): string {
  const file = join(folder, 'service-account.json')
  write(file, serviceAccountFile(credentials, url))
  return file
}

function read(file: string): Kept | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as Kept
  } catch (error) {
    throw new Error(`${file} is not JSON: delete it to have new keys made; programs must then be connected again.`, { cause: error })
  }
}

function write(file: string, value: unknown): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const part = `${file}.part`
  writeFileSync(part, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(part, file)
}
