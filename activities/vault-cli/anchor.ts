import { openVault } from '../vault/index.ts'
import { anchorOf, keepAnchor, takeAnchor } from '../vault/verify/anchor.ts'
import type { VaultCommand } from './command.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'

/** One hash to write down outside of the vault. */
export const anchor: VaultCommand = {
  help: `backstop vault anchor [--drive ID] [--json]

Prints where the history of each drive stands, and one hash over all of them: the anchor. Keep it where nobody can reach who can reach the
vault: on paper, in another cloud, in a mail. "vault audit --anchor" proves with it later that no snapshot was taken away or rewritten.
The document behind the hash is also kept in the vault, so that the hash alone is enough.

  --drive ID         only this drive; its anchor is GENERATION:HASH
  --json             the document, to be kept as a file
${placeHelp}

Example: backstop vault anchor --vault /srv/vault --key-file account.key --json > anchor-2026-11.json`,

  async run(args, outside) {
    const { values } = readArgs(args, { ...placeOptions, drive: { type: 'string' }, json: { type: 'boolean' } })
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    if (values.drive !== undefined) {
      const head = await vault.drive(values.drive).audit()
      if (!head) {
        outside.note(`The drive ${values.drive} has no snapshot in this vault.`)
        return 1
      }
      outside.say(values.json ? JSON.stringify({ driveId: values.drive, ...head }) : `${head.gen}:${head.hash}`)
      return 0
    }
    const document = await takeAnchor(vault, place.store)
    await keepAnchor(place.store, document)
    if (values.json) outside.say(JSON.stringify({ ...document, anchor: anchorOf(document) }))
    else {
      for (const { driveId, gen, hash } of document.heads) outside.say(`${driveId}  ${gen}  ${hash}`)
      outside.say(anchorOf(document))
    }
    return 0
  },
}
