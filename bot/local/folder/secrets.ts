/** The secrets that one-machine mode makes for itself: made once, kept in files that their owner alone may read. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../../db/kit/random.ts'
import { StartFailure } from '../failure.ts'
import type { DataFolder } from './data-folder.ts'
import { writeWhole } from './write-whole.ts'

const files = {
  /** 32 bytes as 64 hex digits: the key that the vault's and the database's secrets are wrapped with. */
  key: { name: 'key', losing: 'The vault cannot be read without it' },
  /** What `backstop say`, `chat` and `doctor` show to the bot. */
  operatorKey: { name: 'operator-key', losing: undefined },
  /** What Backstop shows to the practice Drive to make a mess of it. */
  practiceKey: { name: 'practice-key', losing: undefined },
  postgresPassword: { name: 'postgres-password', losing: 'The database cannot be opened without it' },
} as const

type SecretName = keyof typeof files

export function secretFile(folder: DataFolder, name: SecretName): string {
  return join(folder.secrets, files[name].name)
}

/** Makes those secrets that are missing: all of them before anything that they open, so that a crash in between leaves no lock without a key. */
export function makeSecrets(folder: DataFolder, random: Random): void {
  for (const name of Object.keys(files) as SecretName[]) secret(folder, name, random)
}

/**
 * The secret's text, made when there is none yet.
 * @throws {StartFailure} when it is gone although what it opens is still there: a new one would be of no use
 */
export function secret(folder: DataFolder, name: SecretName, random: Random): string {
  const path = secretFile(folder, name)
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const { losing } = files[name]
  if (losing !== undefined && existsSync(join(folder.postgres, 'PG_VERSION'))) {
    throw new StartFailure(`${path} is missing. ${losing}: put the file back from a copy, or begin anew with npm start -- --reset.`)
  }
  const text = Buffer.from(random.bytes(32)).toString('hex')
  writeWhole(path, `${text}\n`)
  return text
}
