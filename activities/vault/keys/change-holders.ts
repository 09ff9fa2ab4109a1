/**
 * Who can open a vault, and how that changes: a recovery key, another account key, the end of an old one. Every step can be killed and
 * repeated. The configuration is changed first, so that a key made meanwhile is wrapped for the new holders already.
 */
import { InvalidInput, KeyUnavailable } from '../errors.ts'
import { allDocuments, openPlaced } from './all-documents.ts'
import { readConfig, type VaultConfig } from './config.ts'
import { checkInUse, reviseConfig } from './holders.ts'
import type { Kms } from './kms.ts'
import type { KeyDeps } from './open-document.ts'
import { type Pruned, pruneRevisions } from './prune.ts'
import { type RecoveryRecipient, recipientOf } from './recovery-key.ts'
import { type Holder, type Rewrapped, rewrapAll } from './rewrap.ts'

export type Changed = Rewrapped & Pruned

type Note = (line: string) => void

const isRecovery = (recipient: string): boolean => recipient.startsWith('age1')

/**
 * Makes `recovery` the recovery key of the vault, in place of another one if there is one, which then opens nothing any more.
 * @throws {KeyUnavailable} the key of `deps` is not the account key in use @throws {InvalidInput} a change of the account key is under way
 */
export async function setRecoveryKey(deps: KeyDeps, recovery: RecoveryRecipient, note: Note = () => {}): Promise<Changed> {
  const config = await readConfig(deps)
  checkNoRotation(config)
  await checkInUse(deps.kms, config)
  const accountKey = await deps.kms.recipient()
  if (config.recovery?.recipient !== recovery.recipient) await reviseConfig(deps, config, { accountKey, recovery }, [deps.kms])
  return finishRecoveryKey(deps, note)
}

/** Wraps whatever is not yet wrapped for the vault's recovery key: the part of {@link setRecoveryKey} that a kill may have cut off. */
export async function finishRecoveryKey(deps: KeyDeps, note: Note = () => {}): Promise<Changed> {
  const config = await readConfig(deps)
  if (!config.recovery) throw new InvalidInput('The vault has no recovery key. Make one with: backstop vault recovery-key create')
  await checkInUse(deps.kms, config)
  const { recipient } = config.recovery
  const done = await rewrapAll(
    deps,
    { add: await holdersOf(deps.kms, config), keep: (name) => !isRecovery(name) || name === recipient },
    note,
  )
  // The first revision gave nobody up: what it superseded stays, as a second way to each key.
  return { ...done, ...(config.rev > 1 ? await pruneRevisions(deps) : { removed: 0, locked: [] }) }
}

/**
 * Makes `successor` the account key beside the present one, which still opens everything until {@link forgetOldKeys}. The key of `deps` may
 * be the recovery key, when the present account key is lost. @throws {KeyUnavailable} one of the keys cannot be used
 */
export async function rotateAccountKey(deps: KeyDeps, successor: Kms, note: Note = () => {}): Promise<Rewrapped> {
  const config = await readConfig(deps)
  // The first wrap makes a key file that is not there yet; nothing is changed when it fails.
  const { recipient } = await successor.wrap(Buffer.alloc(32), { purpose: 'backstop key trial' })
  if (isRecovery(recipient)) throw new InvalidInput('A recovery key cannot become the account key. Name a key file or a key of AWS KMS.')
  const own = await deps.kms.recipient()
  if (config.accountKey !== recipient) {
    if (!isRecovery(own)) await checkInUse(deps.kms, config)
    await reviseConfig(deps, config, { accountKey: recipient }, isRecovery(own) ? [successor] : [deps.kms, successor])
  }
  return rewrapAll(deps, { add: await holdersOf(successor, await readConfig(deps)), keep: () => true }, note)
}

/**
 * Ends every account key but the one of `deps`: after this, only it and the recovery key open anything. Nothing is removed unless
 * everything was opened with it before. @throws {KeyUnavailable} it is not the account key in use, or does not open everything yet
 */
export async function forgetOldKeys(deps: KeyDeps, note: Note = () => {}): Promise<Changed> {
  const config = await readConfig(deps)
  await checkInUse(deps.kms, config)
  const accountKey = await deps.kms.recipient()
  for (const place of await allDocuments(deps))
    await openPlaced(deps, place).catch((error) => {
      if (!(error instanceof KeyUnavailable)) throw error
      throw new KeyUnavailable(`${error.message} Nothing was removed. Finish the change with  backstop vault keys rotate  first.`, {
        cause: error,
      })
    })
  const holders = await holdersOf(deps.kms, config)
  if (config.accountKey !== accountKey || config.holders.length !== holders.length)
    await reviseConfig(deps, config, { accountKey }, [deps.kms])
  const names = holders.map(({ name }) => name)
  const done = await rewrapAll(deps, { add: holders, keep: (recipient) => names.includes(recipient) }, note)
  return { ...done, ...(await pruneRevisions(deps)) }
}

async function holdersOf(kms: Kms, { recovery }: VaultConfig): Promise<readonly Holder[]> {
  const account = { name: await kms.recipient(), wrap: kms.wrap }
  return recovery ? [account, { name: recovery.recipient, wrap: recipientOf(recovery).wrap }] : [account]
}

function checkNoRotation({ holders, accountKey }: VaultConfig): void {
  const other = holders.find((name) => !isRecovery(name) && accountKey !== undefined && name !== accountKey)
  if (other !== undefined)
    throw new InvalidInput(
      `The account key is being changed: ${other} still opens the vault beside ${accountKey}. End that with  backstop vault keys forget --old  first.`,
    )
}
