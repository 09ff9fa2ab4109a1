/** The options that all commands of `backstop vault` share: where the vault is, which account's it is, and what opens it. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { accountsIn } from '../vault/accounts.ts'
import { type Kms, localKeyFile, NotFound, type ObjectStore } from '../vault/index.ts'
import { openStore } from '../vault/store/open-store.ts'
import { storeSurroundings } from '../vault/store/surroundings.ts'
import { type Outside, UsageError } from './command.ts'

/** For `parseArgs`: spread it into a command's own options. */
export const placeOptions = {
  vault: { type: 'string' },
  'key-file': { type: 'string' },
  account: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

/** For the help of a command that takes {@link placeOptions}. */
export const placeHelp = `  --vault LOCATION   a path, s3://bucket/prefix?region=…&endpoint=…, azure://account/container/prefix, or gs://bucket/prefix
                     (default: BACKSTOP_VAULT_URL or BACKSTOP_VAULT_DIR)
  --key-file FILE    the account key (default: BACKSTOP_KEY_FILE)
  --account ID       whose vault, when the location holds more than one`

/** Reads `args` as `parseArgs` does. @throws {UsageError} an option is unknown or lacks its value */
export function readArgs<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

type PlaceValues = { readonly vault?: string; readonly 'key-file'?: string; readonly account?: string }

export type Place = { readonly store: ObjectStore; readonly kms: Kms; readonly accountId: string }

/** Opens the store that the options or the environment name. @throws {UsageError} neither does @throws {VaultError} */
export async function openPlace(values: PlaceValues, outside: Outside): Promise<Place> {
  const store = await storeAt(values, outside)
  const keyFile = values['key-file'] ?? outside.env['BACKSTOP_KEY_FILE']
  if (!keyFile) throw new UsageError('Say with --key-file FILE where the account key is.')
  return { store, kms: localKeyFile({ path: keyFile, random: outside.random }), accountId: values.account ?? (await onlyAccount(store)) }
}

/** Opens only the store, which must be there: opening it writes nothing. @throws {UsageError} no location is given @throws {VaultError} */
export function storeAt({ vault }: Pick<PlaceValues, 'vault'>, { env, clock, random, stop }: Outside): Promise<ObjectStore> {
  const location = vault ?? env['BACKSTOP_VAULT_URL'] ?? env['BACKSTOP_VAULT_DIR']
  if (!location) throw new UsageError('Say with --vault LOCATION where the vault is.')
  return openStore(location, { clock, random, signal: stop, surroundings: storeSurroundings(env), create: false })
}

async function onlyAccount(store: ObjectStore): Promise<string> {
  const [first, ...more] = await Array.fromAsync(accountsIn(store))
  if (first === undefined) throw new NotFound(`The ${store.name} holds no vault. Check the location.`)
  if (more.length > 0)
    throw new UsageError(`The ${store.name} holds the vaults of several accounts. Choose one: --account ${[first, ...more].join(' or ')}.`)
  return first
}
