/** The options that all commands of `backstop vault` share: where the vault is, which account's it is, and what opens it. */
import { readFile } from 'node:fs/promises'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { accountsIn } from '../vault/accounts.ts'
import { InvalidInput, KeyUnavailable, type Kms, NotFound, type ObjectStore, recoveryHolder } from '../vault/index.ts'
import { kmsSurroundings, openKms } from '../vault/keys/open-kms.ts'
import { asWritten } from '../vault/store/as-written.ts'
import { openStore } from '../vault/store/open-store.ts'
import { storeSurroundings } from '../vault/store/surroundings.ts'
import { type Outside, UsageError } from './command.ts'

/** For `parseArgs`: spread it into a command's own options. */
export const placeOptions = {
  vault: { type: 'string' },
  'key-file': { type: 'string' },
  'recovery-key': { type: 'string' },
  account: { type: 'string' },
  'as-written': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

/** For the help of a command that takes {@link placeOptions}. */
export const placeHelp = `  --vault LOCATION   a path, s3://bucket/prefix?region=…&endpoint=…, azure://account/container/prefix, or gs://bucket/prefix
                     (default: BACKSTOP_VAULT_URL or BACKSTOP_VAULT_DIR)
  --key-file FILE    the account key (default: BACKSTOP_KMS or BACKSTOP_KEY_FILE); BACKSTOP_KEY_PASSPHRASE unlocks it
  --recovery-key FILE  the recovery key instead, AGE-SECRET-KEY-1…; - reads it from standard input
  --account ID       whose vault, when the location holds more than one
  --as-written       in a bucket with versions, read each object as it was first written, whatever was overwritten or deleted since`

/** Reads `args` as `parseArgs` does. @throws {UsageError} an option is unknown or lacks its value */
export function readArgs<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

type KeyValues = { readonly 'key-file'?: string; readonly 'recovery-key'?: string }
type StoreValues = { readonly vault?: string; readonly 'as-written'?: boolean }
type PlaceValues = KeyValues & StoreValues & { readonly account?: string }

export type Place = { readonly store: ObjectStore; readonly kms: Kms; readonly accountId: string }

/** Opens the store that the options or the environment name. @throws {UsageError} neither does @throws {VaultError} */
export async function openPlace(values: PlaceValues, outside: Outside): Promise<Place> {
  const store = await storeAt(values, outside)
  const kms = await holderOf(values, outside)
  if (values.account === undefined) return { store, kms, accountId: await onlyAccount(store) }
  for await (const accountId of accountsIn(store)) if (accountId === values.account) return { store, kms, accountId }
  throw new NotFound(`The ${store.name} holds no vault of account ${values.account}. Check the location and the account.`)
}

/** What opens the vault: the recovery key when one is given, or the account key. @throws {UsageError} neither is named @throws {KeyUnavailable} */
async function holderOf(values: KeyValues, { env, random }: Outside): Promise<Kms> {
  const { 'recovery-key': recoveryFile, 'key-file': keyFile } = values
  if (recoveryFile !== undefined && keyFile !== undefined) throw new UsageError('Give either --key-file or --recovery-key, not both.')
  if (recoveryFile !== undefined) return recoveryHolder(await readRecoveryKey(recoveryFile))
  const surroundings = kmsSurroundings(env)
  if (keyFile !== undefined) return openKms({ ...surroundings, setting: `file:${keyFile}` }, { random })
  const known = env['BACKSTOP_KEY_FILE']
  try {
    return openKms(surroundings, { ...(known && { keyFile: known }), random })
  } catch (error) {
    throw error instanceof InvalidInput ? new UsageError(`${error.message} Or give --key-file FILE or --recovery-key FILE.`) : error
  }
}

/** The key in a file as a person may keep it: lines of remarks begin with #. @throws {KeyUnavailable} the file cannot be read */
export async function readRecoveryKey(file: string): Promise<string> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error) => {
    throw new KeyUnavailable(`The recovery key ${file} cannot be read (${error.code}). Check the path.`, { cause: error })
  })
  return text.replaceAll(/^\s*#.*$/gm, '')
}

/** Opens only the store, which must be there: opening it writes nothing. @throws {UsageError} no location is given @throws {VaultError} */
export async function storeAt({ vault, 'as-written': first }: StoreValues, { env, clock, random, stop }: Outside): Promise<ObjectStore> {
  const location = vault ?? env['BACKSTOP_VAULT_URL'] ?? env['BACKSTOP_VAULT_DIR']
  if (!location) throw new UsageError('Say with --vault LOCATION where the vault is.')
  const store = await openStore(location, { clock, random, signal: stop, surroundings: storeSurroundings(env), create: false })
  return first === true ? asWritten(store) : store
}

async function onlyAccount(store: ObjectStore): Promise<string> {
  const [first, ...more] = await Array.fromAsync(accountsIn(store))
  if (first === undefined) throw new NotFound(`The ${store.name} holds no vault. Check the location.`)
  if (more.length > 0)
    throw new UsageError(`The ${store.name} holds the vaults of several accounts. Choose one: --account ${[first, ...more].join(' or ')}.`)
  return first
}
