/**
 * `config.json` and its revisions: which format the vault has, for whom new keys are wrapped, and a proof that both were written by a
 * holder of the account key. The proof is a wrapped digest of the document, so nobody who can only write to the store can make one.
 */
import { createHash } from 'node:crypto'
import { AlreadyExists, IntegrityError, NotFound, UnsupportedVault } from '../errors.ts'
import { canonicalBytes, isObject, parseObject } from '../format/canonical-json.ts'
import type { VaultLayout } from '../format/layout.ts'
import type { Json, JsonObject } from '../manifest-row.ts'
import { encodeDocument, type KeyDocument, parseDocument } from './key-document.ts'
import type { KeyContext } from './kms.ts'
import type { KeyDeps } from './open-document.ts'
import type { RecoveryRecipient } from './recovery-key.ts'
import { type Counting, highestThatOpens, type Revision, revisionsIn } from './revisions.ts'

/** A vault may need a reader, or a writer, to know more than format 1 says. This version knows nothing beyond it. */
const knownFeatures: ReadonlySet<string> = new Set()
const digestBytes = 32

export type VaultConfig = {
  readonly rev: number
  /** The account key that new keys are wrapped for. Not said by a vault that has only its first configuration. */
  readonly accountKey?: string
  readonly recovery?: RecoveryRecipient
  /** For whom this configuration is wrapped. */
  readonly holders: readonly string[]
  /** Later revisions that do not open: see {@link checkTrusted}. */
  readonly doubtful: readonly string[]
  readonly features: JsonObject
}

/**
 * Reads the account's configuration; makes it when the vault is new.
 * @throws {KeyUnavailable} the key is not one that this vault can be opened with
 * @throws {UnsupportedVault} reading it needs a newer version
 * @throws {IntegrityError} it was changed, or it is missing from a vault that is not empty
 */
export async function openConfig(deps: KeyDeps): Promise<VaultConfig> {
  const found = await findConfig(deps)
  if (found) return found
  if (await holdsAnything(deps)) return lost(deps)
  await createConfig(deps)
  return readConfig(deps)
}

/** Only a vault that is empty is new: in the place of a configuration that was taken away, another one would forget for whom keys are wrapped. */
async function holdsAnything({ store, layout }: KeyDeps): Promise<boolean> {
  for (const prefix of [layout.keys, layout.drives]) for await (const _ of store.list(prefix)) return true
  return false
}

/** Unless another process has made it just now. */
async function lost(deps: KeyDeps): Promise<VaultConfig> {
  const found = await findConfig(deps)
  if (found) return found
  throw new IntegrityError(deps.layout.config, 'it is missing, and the vault holds keys or drives that were made with it')
}

/** Like {@link openConfig}, and makes none. @throws {NotFound} the account has no vault here */
export async function readConfig(deps: KeyDeps): Promise<VaultConfig> {
  const found = await findConfig(deps)
  if (!found)
    throw new NotFound(`The ${deps.store.name} holds no vault of account ${deps.layout.accountId}. Check the location and the account.`)
  return found
}

export const configStem = (layout: VaultLayout): string => layout.config.replace(/\.json$/, '')

async function findConfig(deps: KeyDeps): Promise<VaultConfig | undefined> {
  const stem = configStem(deps.layout)
  const revisions = (await revisionsIn(deps.store, `${stem}.`)).get(stem) ?? []
  const counting = await highestThatOpens(revisions, (revision) => openRevision(deps, revision, revisions.length === 1))
  return counting && configOf(counting)
}

/** @throws {UnsupportedVault} a newer Backstop writes this vault @throws {IntegrityError} it is not certain which configuration counts */
export function checkWritable(config: VaultConfig): void {
  checkTrusted(config)
  if (unknownFeatures(config.features['write']).length > 0)
    throw new UnsupportedVault('A newer Backstop writes this vault. This version can read it, but must not write to it.')
}

/** A later configuration may say that new keys are for other holders. While one does not open, nothing is written. @throws {IntegrityError} */
export function checkTrusted({ doubtful }: VaultConfig): void {
  if (doubtful[0] !== undefined)
    throw new IntegrityError(
      doubtful[0],
      'it is later than the configuration that opens and does not open itself; the vault can be read, and nothing is written until it was looked into',
    )
}

async function createConfig({ store, kms, layout }: KeyDeps): Promise<void> {
  const content = { accountId: layout.accountId, features: { read: [], write: [] }, format: 1 }
  const proof = await kms.wrap(configDigest(content, 0), configContext(layout))
  await store.create(layout.config, encodeDocument({ rev: 0, content, wraps: [proof] })).catch((error) => {
    if (!(error instanceof AlreadyExists)) throw error
  })
}

type OpenedConfig = KeyDocument & { readonly authKey: Uint8Array }

async function openRevision({ store, kms, layout }: KeyDeps, { key, rev }: Revision, only: boolean): Promise<OpenedConfig> {
  const bytes = await store.read({ key })
  const newer = isNewer(key, bytes)
  const unsupported = new UnsupportedVault(
    `The vault of account ${layout.accountId} was made by a newer Backstop (${key}). Install that version to read it.`,
  )
  // What newer versions prove, and how, is not known. Beside others, only one that proves itself is believed.
  if (newer && only) throw unsupported
  const document = parseDocument(key, bytes, rev)
  const secret = await kms.unwrap(document.wraps, configContext(layout)).catch((error) => {
    throw error instanceof IntegrityError ? new IntegrityError(key, error.detail, { cause: error }) : error
  })
  const authKey = secret.subarray(digestBytes)
  const { content } = document
  const whole = authKey.byteLength === (content['recovery'] === undefined ? 0 : 32)
  if (content['accountId'] !== layout.accountId || !whole || !configDigest(content, rev).equals(secret.subarray(0, digestBytes)))
    throw new IntegrityError(key, 'it was changed since it was written')
  if (newer) throw unsupported
  return { ...document, authKey }
}

function configOf({ value: { content, wraps, authKey }, revision, doubtful }: Counting<OpenedConfig>): VaultConfig {
  const { accountKey, recovery } = content
  return {
    rev: revision.rev,
    doubtful,
    features: featuresOf(content),
    holders: wraps.map(({ recipient }) => recipient),
    ...(typeof accountKey === 'string' && { accountKey }),
    ...(typeof recovery === 'string' && { recovery: { recipient: recovery, authKey } }),
  }
}

const featuresOf = ({ features }: JsonObject): JsonObject => (isObject(features) ? features : {})

const unknownFeatures = (list: Json | undefined): readonly Json[] =>
  Array.isArray(list) ? list.filter((name) => !knownFeatures.has(String(name))) : []

/** Whether it says that reading needs more than this version knows. @throws {IntegrityError} it is no JSON object */
function isNewer(key: string, bytes: Uint8Array): boolean {
  try {
    const members = parseObject(bytes)
    return members['format'] !== 1 || unknownFeatures(featuresOf(members)['read']).length > 0
  } catch (error) {
    throw new IntegrityError(key, 'it is not a configuration', { cause: error })
  }
}

/** Of all members but `wraps`. */
export function configDigest(content: JsonObject, rev: number): Buffer {
  return createHash('sha256')
    .update(canonicalBytes({ ...content, ...(rev > 0 && { rev }) }))
    .digest()
}

export function configContext(layout: VaultLayout): KeyContext {
  return { purpose: 'backstop vault config', accountId: layout.accountId }
}
