/** The end of a schedule: everybody wakes up, every run ends, one quiet backup, and then everything is looked at. */
import type { Root } from '../../../activities/vault/index.ts'
import { wakeUpkeep } from '../upkeep.ts'
import type { World } from '../world.ts'
import { differences } from './against-ledger.ts'
import { catalogueDiffers, danglingCache, unbalanced, unbalancedRuns } from './books.ts'
import { Lost } from './lost.ts'
import { observe } from './observe.ts'

/** @throws {Lost} with every sentence that says what is wrong */
export async function settle(world: World): Promise<void> {
  while (await wakeUpkeep(world));
  for (const conductor of world.conductors) {
    while ((await conductor.wake()) !== undefined);
    const course = await conductor.proceed(world.machine())
    if (course !== 'ended') throw new Lost(`A run of an undisturbed process did not end: ${course}.`)
  }
  await observe(world)
  for (const conductor of world.conductors) {
    await conductor.proceed(world.machine())
    if (conductor.endings.at(-1)?.ended !== 'committed')
      throw new Lost(`The last backup, which nothing disturbed, ended so: ${JSON.stringify(conductor.endings.at(-1))}`)
  }
  await observe(world)
  const wrong = await inspect(world)
  if (wrong.length > 0) throw new Lost(wrong.join('\n'))
}

/** What is wrong with the vault and the books, in words. */
export async function inspect(world: World): Promise<readonly string[]> {
  const { accountId, ledger } = world
  const { db } = world.ground
  const vault = await world.freshVault()
  const wrong: string[] = [...(await unbalancedRuns(db, accountId))]
  for (const driveId of world.drives) {
    const drive = vault.drive(driveId)
    const say = (found: string | undefined) => {
      if (found) wrong.push(`drive ${world.drives.indexOf(driveId)}: ${found}`)
    }
    let latest: Root | undefined
    for await (const root of drive.roots()) {
      latest = root
      say(unbalanced(root))
      const snapshot = await drive.snapshot(root.gen)
      const stateHash = await snapshot.stateHash()
      if (root.stateHash !== null && root.stateHash !== stateHash) say(`snapshot ${root.gen} has another state than its root says`)
      const look = {
        from: world.looks.get(root.sessionId)?.from ?? 0,
        to: world.seen.get(world.rootKey(driveId, root.gen))?.step ?? ledger.step,
      }
      for (const found of await differences(snapshot, driveId, ledger, look))
        say(`snapshot ${root.gen} (${look.from}–${look.to}): ${found}`)
      say(await catalogueDiffers({ db, accountId, vault: drive }, root, stateHash))
    }
    if (!latest) {
      say('it has no snapshot')
      continue
    }
    const newest = await drive.snapshot((await drive.latestRoot())?.gen ?? latest.gen)
    const now = { from: ledger.step, to: ledger.step }
    for (const found of await differences(newest, driveId, ledger, now)) say(`the newest snapshot is not the drive as it is: ${found}`)
    for (const found of await danglingCache({ db, accountId, vault: drive }, newest)) say(found)
  }
  return wrong
}
