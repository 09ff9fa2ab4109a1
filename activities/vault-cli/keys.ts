import { vaultLayout } from '../vault/format/layout.ts'
import { openVault } from '../vault/index.ts'
import { forgetOldKeys, rotateAccountKey } from '../vault/keys/change-holders.ts'
import { newestKeyId, renewKey } from '../vault/keys/drive-keys.ts'
import { listKeys } from '../vault/keys/list-keys.ts'
import type { KeyDeps } from '../vault/keys/open-document.ts'
import { kmsSurroundings, openKms } from '../vault/keys/open-kms.ts'
import { purgeDrive } from '../vault/keys/purge.ts'
import { readReceipt } from '../vault/keys/receipt.ts'
import { rewriteDrive } from '../vault/keys/rewrite.ts'
import { shredDrive } from '../vault/keys/shred.ts'
import { CommandFailure, type Outside, UsageError, type VaultCommand } from './command.ts'
import { confirmTyped } from './confirm.ts'
import { lockedLines } from './locked-lines.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'
import { progress } from './progress.ts'
import { quoted } from './quoted.ts'

/** Everything about keys but the recovery key. */
export const keys: VaultCommand = {
  help: `backstop vault keys list|rotate|forget|renew|rewrite|shred|receipt

  list                            who opens the vault, and the data keys of each drive
  rotate --new-key-file FILE      wrap all drives' keys for another account key too; FILE is made when it is missing, and locked when
                                  BACKSTOP_NEW_KEY_PASSPHRASE is set. With --recovery-key FILE when the present account key is lost
  rotate --new-kms aws-kms:ARN    the same for a key of AWS KMS
  forget --old                    end the account keys before the one of --key-file; nothing is removed unless that one opens everything
  renew --drive ID                a new data key for what is stored from now on (running workers take it up within ten minutes)
  rewrite --drive ID              after a leak and a renewal: store the drive's newest state anew under its newest key
  shred --drive ID                destroy a drive's keys: nobody can read its backups any more, with any key. Cannot be undone
         --purge                  and then remove its objects from the store too, as far as no lock forbids it; repeat it for the rest
  receipt --drive ID              the record of a destruction

  --confirm TEXT     the drive's id or name, instead of typing it (for shred)
  --json             JSON instead of sentences
${placeHelp}

All of it can be killed and repeated. After rotate, start the workers with the new key, and then forget the old one.

Example: backstop vault keys rotate --vault /srv/vault --key-file account.key --new-key-file account-2.key
         backstop vault keys forget --old --vault /srv/vault --key-file account-2.key`,

  async run(args, outside) {
    const { values, positionals } = readArgs(args, { ...placeOptions, ...ownOptions })
    const action = actions[positionals[0] ?? '']
    if (!action || positionals.length > 1) throw new UsageError('Say what to do: list, rotate, forget, renew, rewrite, shred or receipt.')
    const { store, kms, accountId } = await openPlace(values, outside)
    return action({ store, kms, layout: vaultLayout(accountId) }, outside, values)
  },
}

const ownOptions = {
  'new-key-file': { type: 'string' },
  'new-kms': { type: 'string' },
  old: { type: 'boolean' },
  drive: { type: 'string' },
  confirm: { type: 'string' },
  purge: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type Values = {
  readonly 'new-key-file'?: string
  readonly 'new-kms'?: string
  readonly old?: boolean
  readonly drive?: string
  readonly confirm?: string
  readonly purge?: boolean
  readonly json?: boolean
}

type Action = (deps: KeyDeps, outside: Outside, values: Values) => Promise<number>

const actions: Readonly<Record<string, Action>> = { list, rotate, forget, renew, rewrite, shred, receipt }

async function list(deps: KeyDeps, { say }: Outside, { json }: Values): Promise<number> {
  const { accountKey, recovery, drives } = await listKeys(deps)
  if (json) say(JSON.stringify({ accountKey, recovery, drives }))
  else {
    say(`Account key: ${accountKey}. Recovery key: ${recovery ?? 'none; make one with  recovery-key create'}.`)
    for (const { driveId, keyId, holders } of drives) say(`${driveId}  key ${keyId}  opens with ${holders.join(', ')}`)
  }
  return 0
}

async function rotate(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const { 'new-key-file': path, 'new-kms': setting } = values
  if ((path === undefined) === (setting === undefined))
    throw new UsageError('Give the new key with either --new-key-file FILE or --new-kms aws-kms:ARN.')
  const { random, env } = outside
  const { passphrase: _, ...surroundings } = kmsSurroundings(env)
  const locked = env['BACKSTOP_NEW_KEY_PASSPHRASE']
  const successor = openKms({ ...surroundings, setting: setting ?? `file:${path}`, ...(locked && { passphrase: locked }) }, { random })
  const done = await rotateAccountKey(deps, successor, progress(outside))
  const accountKey = await successor.recipient()
  if (values.json) outside.say(JSON.stringify({ accountKey, ...done }))
  else {
    outside.say(
      `The account key is now ${accountKey}: it opens all ${done.documents} key documents, ${done.written} of them wrapped just now.`,
    )
    outside.say(
      `Start the workers with  BACKSTOP_KMS=${setting ?? `file:${path}`}  and leave BACKSTOP_KEY_FILE as it is: it also seals the consents to Google.`,
    )
    outside.say('Then end the old one, with the new one:  backstop vault keys forget --old')
  }
  return 0
}

async function forget(deps: KeyDeps, outside: Outside, { old, json }: Values): Promise<number> {
  if (!old) throw new UsageError('Say  forget --old : it ends every account key but the one of --key-file.')
  const done = await forgetOldKeys(deps, progress(outside))
  if (json) outside.say(JSON.stringify(done))
  else {
    outside.say(
      `Only ${await deps.kms.recipient()} and the recovery key open the vault now; ${done.removed} superseded documents were removed.`,
    )
    for (const line of lockedLines(done)) outside.say(line)
    outside.say('Someone who has kept a copy of the vault and the old key can still read that copy.')
  }
  return done.locked.length > 0 ? 1 : 0
}

async function renew(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const keyId = await renewKey({ ...deps, clock: outside.clock, random: outside.random }, driveOf(values))
  outside.say(values.json ? JSON.stringify({ keyId }) : `What drive ${driveOf(values)} stores from now on is under the new key ${keyId}.`)
  return 0
}

async function rewrite(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const { clock, random } = outside
  const vault = await openVault({ ...deps, accountId: deps.layout.accountId, clock, random })
  const drive = vault.drive(driveOf(values))
  const keyId = await newestKeyId(deps, drive.driveId)
  const done = keyId && (await rewriteDrive(drive, { keyId, random, note: progress(outside), signal: outside.stop }))
  if (!done) throw new CommandFailure(`The vault has no snapshot of drive ${drive.driveId}.`)
  if (values.json) outside.say(JSON.stringify({ keyId, ...done }))
  else {
    outside.say(`The newest state is under key ${keyId}. Stored anew: items: ${done.items}, bytes: ${done.bytes}.`)
    outside.say(`Snapshots before generation ${done.gen} keep their older key until they expire.`)
  }
  return 0
}

async function shred(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const { clock } = outside
  const driveId = driveOf(values)
  const name = await nameOf(deps, outside, driveId)
  outside.note(
    `This destroys the keys of drive ${driveId}${name === undefined ? '' : ` ${quoted(name)}`}. All of its snapshots become unreadable for everyone, for ever, also with the recovery key.`,
  )
  await confirmTyped(outside, {
    question: "Type the drive's name or id to go on: ",
    expected: name === undefined ? [driveId] : [driveId, name],
    given: values.confirm,
    hint: 'Give --confirm with the id when nobody is there to type it.',
  })
  const done = await shredDrive({ ...deps, clock }, driveId, progress(outside))
  const purged = values.purge ? await purgeDrive({ ...deps, clock }, driveId, { note: progress(outside), signal: outside.stop }) : undefined
  const { documents, snapshots, objects, bytes } = done
  if (values.json)
    outside.say(JSON.stringify({ ...(purged?.receipt ?? done), ...(purged && { removed: purged.removed, locked: purged.locked }) }))
  else {
    outside.say(
      `The keys of drive ${driveId} are destroyed (key documents: ${documents}). Sealed under them were: snapshots: ${snapshots}, objects: ${objects}, bytes: ${bytes}.`,
    )
    if (purged)
      outside.say(
        `Removed from the store: ${purged.removed}. Still locked by it: ${purged.locked}${purged.locked > 0 ? '; repeat this when the locks have ended' : ''}.`,
      )
    outside.say(`Workers that are running forget the keys within ten minutes. The receipt:  backstop vault keys receipt --drive ${driveId}`)
  }
  return purged && purged.locked > 0 ? 1 : 0
}

/** Of the newest snapshot; nothing when it cannot be read: then only the id confirms. */
async function nameOf(deps: KeyDeps, { clock, random, note }: Outside, driveId: string): Promise<string | undefined> {
  const vault = await openVault({ ...deps, accountId: deps.layout.accountId, clock, random })
  try {
    return (await vault.drive(driveId).latestRoot())?.drive.name
  } catch (error) {
    note(`The newest snapshot cannot be read: ${(error as Error).message}`)
    return undefined
  }
}

async function receipt(deps: KeyDeps, { say }: Outside, values: Values): Promise<number> {
  const scope = { accountId: deps.layout.accountId, driveId: driveOf(values) }
  const found = await readReceipt(deps, scope)
  if (!found) throw new CommandFailure(`The keys of drive ${scope.driveId} were never destroyed here: there is no receipt.`)
  say(JSON.stringify({ ...found.receipt, key: found.key }, undefined, values.json ? undefined : 2))
  return found.receipt.finished === undefined ? 1 : 0
}

function driveOf({ drive }: Values): string {
  if (drive === undefined) throw new UsageError('Say which drive: --drive ID.')
  return drive
}
