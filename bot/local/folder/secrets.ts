/** The secrets that one-machine mode makes for itself: made once, kept in files that their owner alone may read. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadKeyFile } from '../../../db/kit/key-file.ts'
import type { Random } from '../../../db/kit/random.ts'
import { SealError } from '../../../db/kit/seal.ts'
import { StartFailure } from '../failure.ts'
import type { DataFolder } from './data-folder.ts'
import { writeWhole } from './write-whole.ts'

/** What a secret opens says whether it may be made anew. */
const files = {
  /** What the vault's keys and the database's secrets are wrapped with. */
  key: { name: 'key.json', losing: 'The vault cannot be read without it' },
  postgresPassword: { name: 'postgres-password', losing: 'The database cannot be opened without it' },
  /** What `backstop say`, `chat` and `doctor` show to the bot. */
  operatorKey: { name: 'operator-key', losing: undefined },
  /** What Backstop shows to the practice Drive to make a mess of it. */
  practiceKey: { name: 'practice-key', losing: undefined },
} as const

type SecretName = keyof typeof files

export function secretFile(folder: DataFolder, name: SecretName): string {
  return join(folder.secrets, files[name].name)
}

/**
 * Makes those secrets that are missing: all of them before anything that they open, so that a crash in between leaves no lock without a key.
 * @throws {StartFailure} when one is missing although what it opens is there, or the key cannot be used
 */
export async function makeSecrets(folder: DataFolder, random: Random): Promise<void> {
  for (const name of Object.keys(files) as SecretName[]) {
    const path = secretFile(folder, name)
    const { losing } = files[name]
    if (!existsSync(path) && losing !== undefined && existsSync(join(folder.postgres, 'PG_VERSION'))) {
      throw new StartFailure(`${path} is missing. ${losing}: put the file back from a copy, or begin anew with npm start -- --reset.`)
    }
    if (name === 'key') await checkKey(path, random)
    else if (!existsSync(path)) writeWhole(path, `${Buffer.from(random.bytes(32)).toString('hex')}\n`)
  }
}

/** A secret that has been made. */
export function readSecret(folder: DataFolder, name: Exclude<SecretName, 'key'>): string {
  return readFileSync(secretFile(folder, name), 'utf8').trim()
}

async function checkKey(path: string, random: Random): Promise<void> {
  try {
    await loadKeyFile(path, random)
  } catch (error) {
    throw error instanceof SealError ? new StartFailure(error.message, { cause: error }) : error
  }
}
