import { drivesIn } from '../vault/accounts.ts'
import { openVault, type Root } from '../vault/index.ts'
import type { VaultCommand } from './command.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'

/** Lists what can be brought back. Needs the store and a key, and nothing else. */
export const list: VaultCommand = {
  help: `backstop vault list [--drive ID] [--json]

The drives in a vault, and with --drive the snapshots of one of them, oldest first.

  --drive ID         list the snapshots of this drive
  --json             one JSON object a line
${placeHelp}

Example: backstop vault list --vault /srv/vault --key-file account.key`,

  async run(args, outside) {
    const { values } = readArgs(args, { ...placeOptions, drive: { type: 'string' }, json: { type: 'boolean' } })
    const { store, kms, accountId } = await openPlace(values, outside)
    const vault = await openVault({ store, kms, accountId, clock: outside.clock, random: outside.random })
    const print = (root: Root) => outside.say(values.json ? JSON.stringify(summaryOf(root)) : lineOf(root))
    if (values.drive !== undefined) {
      for await (const root of vault.drive(values.drive).roots()) print(root)
      return 0
    }
    for await (const driveId of drivesIn(store, accountId)) {
      const root = await vault.drive(driveId).latestRoot()
      if (root) print(root)
    }
    return 0
  },
}

const summaryOf = ({ driveId, drive, gen, time, hash, counts }: Root) => ({ driveId, name: drive.name, gen, time, hash, counts })

const lineOf = ({ driveId, drive, gen, time, counts }: Root) =>
  `${driveId}  ${JSON.stringify(drive.name)}  snapshot ${gen}  ${time}  ${counts.listed} listed, ${counts.failed} failed`
