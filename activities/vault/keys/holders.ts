/** Who a vault's secrets are wrapped for, and the next configuration when that changes. */
import { AlreadyExists, KeyUnavailable } from '../errors.ts'
import { checkTrusted, checkWritable, configContext, configDigest, configStem, type VaultConfig } from './config.ts'
import { encodeDocument } from './key-document.ts'
import type { KeyContext, Kms, WrappedKey } from './kms.ts'
import type { KeyDeps } from './open-document.ts'
import { type RecoveryRecipient, recipientOf } from './recovery-key.ts'
import { revisionKey } from './revisions.ts'

/**
 * Wraps a drive's secret for everyone who is to open it: the account key, and the recovery key when there is one.
 * @throws {KeyUnavailable} `kms` is not the account key in use
 */
export async function wrapForHolders(
  kms: Kms,
  config: VaultConfig,
  secret: Uint8Array,
  context: KeyContext,
): Promise<readonly WrappedKey[]> {
  checkTrusted(config)
  const wraps = [await kms.wrap(secret, context)]
  await checkInUse(kms, config)
  if (config.recovery) wraps.push(await recipientOf(config.recovery).wrap(secret, context))
  return wraps
}

/** @throws {KeyUnavailable} `kms` is not the account key that new keys are wrapped for */
export async function checkInUse(kms: Kms, { accountKey }: VaultConfig): Promise<void> {
  const own = await kms.recipient()
  if (accountKey !== undefined && own !== accountKey)
    throw new KeyUnavailable(
      `New keys of this vault are for the account key ${accountKey}, and ${own} was given. Start with that account key; if it is lost, make a new one with: backstop vault keys rotate`,
    )
}

export type ConfigChange = { readonly accountKey?: string; readonly recovery?: RecoveryRecipient }

/**
 * Writes the next revision: `current` with `change`, wrapped for `holders` and for the recovery key.
 * @throws {AlreadyExists} somebody else changed it at the same moment
 */
export async function reviseConfig(
  { store, layout }: Pick<KeyDeps, 'store' | 'layout'>,
  current: VaultConfig,
  change: ConfigChange,
  holders: readonly Kms[],
): Promise<void> {
  checkWritable(current)
  const { accountKey, recovery } = { ...current, ...change }
  const rev = current.rev + 1
  const content = {
    accountId: layout.accountId,
    features: current.features,
    format: 1,
    ...(accountKey !== undefined && { accountKey }),
    ...(recovery && { recovery: recovery.recipient }),
  }
  const secret = Buffer.concat([configDigest(content, rev), ...(recovery ? [recovery.authKey] : [])])
  const wrappers = [...holders, ...(recovery ? [recipientOf(recovery)] : [])]
  const wraps: WrappedKey[] = []
  for (const wrapper of wrappers) {
    const wrap = await wrapper.wrap(secret, configContext(layout))
    if (!wraps.some(({ recipient }) => recipient === wrap.recipient)) wraps.push(wrap)
  }
  await store.create(revisionKey(configStem(layout), rev), encodeDocument({ rev, content, wraps })).catch((error) => {
    if (!(error instanceof AlreadyExists)) throw error
    throw new AlreadyExists(
      'Somebody else changed who can open this vault at the same moment. Look at the state, then run the command again.',
      {
        cause: error,
      },
    )
  })
}
