import { vaultLayout } from '../vault/format/layout.ts'
import { newRecoveryKey, recoveryHolder } from '../vault/index.ts'
import { type Changed, finishRecoveryKey, setRecoveryKey } from '../vault/keys/change-holders.ts'
import { checkHolder } from '../vault/keys/check-holder.ts'
import { readConfig } from '../vault/keys/config.ts'
import type { KeyDeps } from '../vault/keys/open-document.ts'
import { recipientOfKey } from '../vault/keys/recovery-key.ts'
import { CommandFailure, type Outside, UsageError, type VaultCommand } from './command.ts'
import { confirmTyped } from './confirm.ts'
import { lockedLines } from './locked-lines.ts'
import { openPlace, placeHelp, placeOptions, readArgs, readRecoveryKey } from './options.ts'
import { progress } from './progress.ts'

/** The way in when the account key is lost: a second key that lies in a safe. */
export const recoveryKey: VaultCommand = {
  help: `backstop vault recovery-key create|check|replace

A recovery key opens a vault without the account key: with the vault and this key alone, everything can be listed and extracted.

  create             make one, show it once, and wrap the keys of all drives for it; repeat it when it was cut off
  check              prove that --recovery-key FILE opens the keys of all drives; exit code 1 when it does not
  replace            make another one; the present one then opens nothing any more

  --confirmed        do not ask to type the key back (for create and replace)
  --json             one JSON object
${placeHelp}

The key is printed once and kept nowhere. Write it down or print it, and keep it away from this machine and from the vault.
Whoever has both the vault and the key can read everything.

Example: backstop vault recovery-key create --vault /srv/vault --key-file account.key
         backstop vault recovery-key check --vault /srv/vault --recovery-key key-from-the-safe.txt`,

  async run(args, outside) {
    const { values, positionals } = readArgs(args, { ...placeOptions, confirmed: { type: 'boolean' }, json: { type: 'boolean' } })
    const action = actions[positionals[0] ?? '']
    if (!action || positionals.length > 1) throw new UsageError('Say what to do: create, check or replace.')
    if (action !== actions['check'] && values['recovery-key'] !== undefined)
      throw new UsageError('This needs the account key: give --key-file FILE.')
    if (action === actions['check'] && values['recovery-key'] === undefined)
      throw new UsageError('Say with --recovery-key FILE which key to check.')
    const { store, kms, accountId } = await openPlace(values, outside)
    return action({ store, kms, layout: vaultLayout(accountId) }, outside, values)
  },
}

type Values = { readonly confirmed?: boolean; readonly json?: boolean; readonly 'recovery-key'?: string }

const actions: Readonly<Record<string, (deps: KeyDeps, outside: Outside, values: Values) => Promise<number>>> = { create, check, replace }

async function create(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const { recovery } = await readConfig(deps)
  if (!recovery) return make(deps, outside, values)
  const done = await finishRecoveryKey(deps, progress(outside))
  if (done.written === 0)
    throw new CommandFailure(
      `The vault has a recovery key already (${recovery.recipient}), and it is complete. Check it with  recovery-key check , or make another one with  recovery-key replace .`,
    )
  return report(outside, values, recovery.recipient, done)
}

async function replace(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const { recovery } = await readConfig(deps)
  if (!recovery) throw new CommandFailure('The vault has no recovery key yet. Make one with  recovery-key create .')
  const exit = await make(deps, outside, values)
  outside.note(
    `The recovery key ${recovery.recipient} opens this vault no longer. Who has had it and a copy of the vault can still read that copy: in that case also renew and rewrite each drive's key (backstop vault keys --help).`,
  )
  return exit
}

async function make(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const secret = await newRecoveryKey()
  const recipient = await recipientOfKey(secret)
  outside.note('This is the recovery key. It is shown only now. Write it down, and keep it away from this machine:')
  outside.say(values.json ? JSON.stringify({ recoveryKey: secret, recipient: recipient.recipient }) : secret)
  if (!values.confirmed)
    await confirmTyped(outside, {
      question: 'Type the key back, from what you wrote down: ',
      expected: [secret, secret.toLowerCase()],
      given: undefined,
      hint: 'The key that was shown opens nothing: forget it, and run the command again (or with --confirmed, when the output goes to a safe place).',
    })
  return report(outside, values, recipient.recipient, await setRecoveryKey(deps, recipient, progress(outside)))
}

function report(outside: Outside, { json }: Values, recipient: string, done: Changed): number {
  if (json) outside.say(JSON.stringify({ recipient, ...done }))
  else {
    outside.say(
      `The vault opens with the recovery key of ${recipient}: ${done.documents} key documents, ${done.written} of them wrapped just now.`,
    )
    for (const line of lockedLines(done)) outside.say(line)
  }
  return done.locked.length > 0 ? 1 : 0
}

async function check(deps: KeyDeps, outside: Outside, values: Values): Promise<number> {
  const kms = await recoveryHolder(await readRecoveryKey(values['recovery-key'] ?? '-'))
  const { recipient, opened, failures } = await checkHolder({ ...deps, kms })
  if (values.json) outside.say(JSON.stringify({ recipient, opened, failures }))
  else {
    for (const failure of failures) outside.say(failure)
    const verdict = failures.length === 0 ? 'and is good' : `and does NOT open ${failures.length} more`
    outside.say(`The recovery key of ${recipient} opens ${opened} key documents ${verdict}.`)
  }
  return failures.length > 0 ? 1 : 0
}
