import { readFile } from 'node:fs/promises'
import { InvalidInput, openVault } from '../vault/index.ts'
import { type Audited, auditHeads, type DriveHead, keptAnchor, parseAnchor } from '../vault/verify/anchor.ts'
import { CommandFailure, UsageError, type VaultCommand } from './command.ts'
import { openPlace, type Place, placeHelp, placeOptions, readArgs } from './options.ts'

/** Was the history of snapshots cut or rewritten since it was anchored? */
export const audit: VaultCommand = {
  help: `backstop vault audit [--anchor HASH|FILE] [--json]
backstop vault audit --drive ID --anchor GENERATION:HASH [--json]

Walks the chain of snapshots of every drive. With an anchor it also proves that each history still goes through what "vault anchor" saw:
that nothing was taken away or rewritten since. Names the root that is missing or differs. Exit code 1 when there is one.

  --anchor HASH|FILE what "vault anchor" printed, or the file that "vault anchor --json" wrote
  --drive ID         only this drive
  --json             one JSON object a line, one for each drive
${placeHelp}

Example: backstop vault audit --vault /srv/vault --key-file account.key --anchor anchor-2026-11.json`,

  async run(args, outside) {
    const { values } = readArgs(args, {
      ...placeOptions,
      anchor: { type: 'string' },
      drive: { type: 'string' },
      json: { type: 'boolean' },
    })
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    const heads = await headsOf(values, place)
    const audited = await auditHeads(vault, place.store, heads, values.drive)
    for (const one of audited) outside.say(values.json ? JSON.stringify(one) : lineOf(one))
    const broken = audited.filter((one) => one.broken).length
    if (!values.json) outside.say(verdictOf(audited.length, broken, values.anchor !== undefined))
    return broken > 0 ? 1 : 0
  },
}

/** @throws {UsageError | CommandFailure | VaultError} the anchor cannot be read, or is another account's */
async function headsOf(
  { anchor, drive }: { readonly anchor?: string; readonly drive?: string },
  place: Place,
): Promise<readonly DriveHead[]> {
  if (anchor === undefined) return []
  const [, gen, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(anchor) ?? []
  if (gen !== undefined && hash !== undefined) {
    if (drive === undefined) throw new UsageError('An anchor of the form GENERATION:HASH belongs to one drive: say which with --drive ID.')
    return [{ driveId: drive, gen: Number(gen), hash }]
  }
  const document = /^[0-9a-f]{64}$/.test(anchor)
    ? await keptAnchor(place.store, place.accountId, anchor)
    : parseAnchor(
        await readFile(anchor).catch((error: Error) => {
          throw new CommandFailure(`The anchor ${anchor} is no hash, and no file that can be read: ${error.message}.`, { cause: error })
        }),
      )
  if (document.accountId !== place.accountId)
    throw new InvalidInput(
      `The anchor is of the account ${document.accountId}, and this vault of ${place.accountId}. Nothing was compared.`,
    )
  return document.heads.filter(({ driveId }) => drive === undefined || driveId === drive)
}

function lineOf({ driveId, remembered, head, broken, shredded }: Audited): string {
  if (shredded) return `${driveId}  was shredded on purpose; see  backstop vault keys receipt --drive ${driveId}`
  if (broken) return `${driveId}  BROKEN: ${broken.objectKey}: ${broken.detail}`
  const since = remembered ? `goes through generation ${remembered.gen}` : 'is whole'
  return `${driveId}  ${since}, and stands at ${head?.gen}  ${head?.hash}`
}

function verdictOf(drives: number, broken: number, anchored: boolean): string {
  if (broken > 0)
    return `${broken} of ${drives} histories were cut or rewritten. Keep the store as it is, and look at who could write to it.`
  if (anchored) return `The histories of ${drives} drives go on from the anchor: nothing was cut or rewritten since.`
  return `The histories of ${drives} drives are whole. Only an anchor can tell whether their newest snapshots were taken away.`
}
