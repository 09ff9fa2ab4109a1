import { driveById } from '../../db/drives.ts'
import { newId } from '../../db/kit/random.ts'
import { drivesIn } from '../vault/accounts.ts'
import { openVault } from '../vault/index.ts'
import { healDrive } from '../verify/heal-drive.ts'
import { verifyListing } from '../verify/listing.ts'
import { knownDamage } from '../verify/reading.ts'
import { refetchFrom } from '../verify/refetch.ts'
import type { Outside, VaultCommand } from './command.ts'
import { databaseHelp, databaseOptions, withDatabase } from './database.ts'
import { driveAccess } from './drive-access.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'

/** Stores again what is damaged, from where it came from. */
export const heal: VaultCommand = {
  help: `backstop vault heal [--drive ID] [--json]

Fetches what is missing or damaged in the vault from Google Drive again, where the item still has the very version that was backed up, and
stores it anew: every snapshot finds the healed copy. What is damaged stays where it is, as evidence. Heals what the checks have found so far:
run  backstop vault verify  first. Exports of Google's own formats seldom come back with the same bytes, and then cannot be healed.

  --drive ID         only this drive
  --json             one JSON object a line, one for each drive
${databaseHelp}
${placeHelp}

Exit code 1 when something is lost.

Example: backstop vault --data .backstop verify && backstop vault --data .backstop heal`,

  async run(args, outside) {
    const { values } = readArgs(args, { ...placeOptions, ...databaseOptions, drive: { type: 'string' }, json: { type: 'boolean' } })
    const place = await openPlace(values, outside)
    const { accountId } = place
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    const driveIds = values.drive === undefined ? await Array.fromAsync(drivesIn(place.store, accountId)) : [values.drive]
    return withDatabase(values, outside, async (db) => {
      const open = await driveAccess(db, values, outside)
      let lost = 0
      for (const driveId of driveIds) {
        const known = await driveById(db, accountId, driveId)
        if (!known) {
          outside.note(`${driveId} is not in the database, so nobody knows whose consent reaches it. Try  backstop vault rebuild`)
          continue
        }
        const drive = vault.drive(driveId)
        const { findings } = await verifyListing({ db, now: outside.clock.now() }, accountId, drive)
        const damage = await knownDamage(db, accountId, drive)
        const refetch = refetchFrom(await open(accountId, known.taskId))
        const all = { counts: {}, list: [...findings.list, ...damage.list] }
        const healing = await healDrive({ db, refetch, sessionId: newId(outside.random, 'heal') }, accountId, drive, all)
        lost += healing.lost.length
        print(outside, values.json ?? false, driveId, healing)
      }
      return lost > 0 ? 1 : 0
    })
  },
}

type Healing = Awaited<ReturnType<typeof healDrive>>

function print({ say }: Outside, json: boolean, driveId: string, healing: Healing): void {
  for (const line of json ? [jsonOf(driveId, healing)] : linesOf(driveId, healing)) say(line)
}

const jsonOf = (driveId: string, { healed, lost, generation }: Healing) =>
  JSON.stringify({ driveId, healed, lost, generation: generation ?? null })

function linesOf(driveId: string, { healed, lost, generation }: Healing): readonly string[] {
  if (healed.length + lost.length === 0) return [`${driveId}  nothing to heal that the checks have found`]
  const since = generation === undefined ? '' : `, known since generation ${generation}`
  return [
    `${driveId}  ${healed.length} blobs healed${since}, ${lost.length} lost`,
    ...lost.map(({ blobId, reason }) => `  ! ${blobId}: ${reason}`),
  ]
}
