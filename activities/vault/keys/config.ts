/** `config.json`: which format the vault has, and a proof that the account key is the right one. */
import { createHash } from 'node:crypto'
import { AlreadyExists, IntegrityError, NotFound, UnsupportedVault } from '../errors.ts'
import { canonicalBytes, isObject, parseObject } from '../format/canonical-json.ts'
import type { VaultLayout } from '../format/layout.ts'
import type { Json, JsonObject } from '../manifest-row.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { parseKeyFile, wrapsToJson } from './key-document.ts'
import type { KeyContext, Kms } from './kms.ts'

/** A vault may need a reader, or a writer, to know more than format 1 says. This version knows nothing beyond it. */
const knownFeatures: ReadonlySet<string> = new Set()

export type VaultConfig = { readonly writable: boolean }

/**
 * Reads the account's configuration; makes it when the vault is new.
 * @throws {KeyUnavailable} the account key is not the one that this vault was made with
 * @throws {UnsupportedVault} reading it needs a newer version
 * @throws {IntegrityError} it was changed
 */
export async function openConfig(deps: { store: ObjectStore; kms: Kms; layout: VaultLayout }): Promise<VaultConfig> {
  const { store, layout } = deps
  const key = layout.config
  const bytes = await store.read({ key }).catch(async (error) => {
    if (!(error instanceof NotFound)) throw error
    await createConfig(deps)
    return store.read({ key })
  })
  return checkConfig(deps, bytes)
}

async function createConfig({ store, kms, layout }: { store: ObjectStore; kms: Kms; layout: VaultLayout }): Promise<void> {
  const config = { accountId: layout.accountId, features: { read: [], write: [] }, format: 1 }
  const proof = await kms.wrap(digest(config), contextOf(layout))
  await store.create(layout.config, canonicalBytes({ ...config, wraps: wrapsToJson([proof]) })).catch((error) => {
    if (!(error instanceof AlreadyExists)) throw error
  })
}

async function checkConfig({ kms, layout }: { kms: Kms; layout: VaultLayout }, bytes: Uint8Array): Promise<VaultConfig> {
  const key = layout.config
  const config = parseConfig(key, bytes)
  const features = isObject(config.features) ? config.features : {}
  const unknown = (list: Json | undefined) => (Array.isArray(list) ? list.filter((name) => !knownFeatures.has(String(name))) : [])
  if (config.format !== 1 || unknown(features.read).length > 0) {
    throw new UnsupportedVault(
      `The vault of account ${layout.accountId} was made by a newer Backstop (${key}). Install that version to read it.`,
    )
  }
  const wraps = parseKeyFile(key, bytes, config)
  const proof = await kms.unwrap(wraps, contextOf(layout)).catch((error) => {
    throw error instanceof IntegrityError ? new IntegrityError(key, error.detail, { cause: error }) : error
  })
  if (config.accountId !== layout.accountId || !digest(config).equals(proof))
    throw new IntegrityError(key, 'it was changed since the vault was made')
  return { writable: unknown(features.write).length === 0 }
}

/** The configuration without its proof. */
function parseConfig(key: string, bytes: Uint8Array): JsonObject {
  try {
    const { wraps: _, ...config } = parseObject(bytes)
    return config
  } catch (error) {
    throw new IntegrityError(key, 'it is not a configuration', { cause: error })
  }
}

function digest(config: JsonObject): Buffer {
  return createHash('sha256').update(canonicalBytes(config)).digest()
}

function contextOf(layout: VaultLayout): KeyContext {
  return { purpose: 'backstop vault config', accountId: layout.accountId }
}
