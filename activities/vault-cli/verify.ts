import type { Database } from '../../db/client.ts'
import { drivesIn } from '../vault/accounts.ts'
import { IntegrityError, openVault, Shredded, type Vault } from '../vault/index.ts'
import { checkDrive, type DriveCheck } from '../vault/verify/check-drive.ts'
import { collectFindings, countOf } from '../vault/verify/findings.ts'
import { verifyAccountKeys } from '../vault/verify/presence.ts'
import { verifyAccount } from '../verify/verify-account.ts'
import { checkLines, findingLines } from './check-lines.ts'
import { type Outside, UsageError, type VaultCommand } from './command.ts'
import { databaseHelp, databaseOptions, databaseThatKnows } from './database.ts'
import { openPlace, type Place, placeHelp, placeOptions, readArgs } from './options.ts'
import { progress } from './progress.ts'
import { compareWithDrive, rebuildElsewhere } from './verify-more.ts'

/** Is everything there, and as it was written? */
export const verify: VaultCommand = {
  help: `backstop vault verify [--level 0|1|2|4] [--budget BYTES] [--drive ID] [--json]

Checks a vault without changing anything in it. What is damaged is named, with every item and snapshot that needs it.

  --level 0          what the store lists against what the snapshots need: existence, size, version, lock; foreign objects
  --level 1          also read, decrypt and hash what is stored (default)
  --level 2          what Google Drive lists against the newest snapshots; needs the database and a connected task
  --level 4          rebuild a database beside the real one from the vault alone, and compare every state hash of both
  --budget BYTES     at level 1, read about so many bytes at most, such as 500M or 20G (default: everything)
  --drive ID         only this drive
  --json             one JSON object a line
${databaseHelp}
${placeHelp}

With a database the reading goes on where earlier checks stopped, least recently verified first. Without one everything is read anew.
Exit code 1 when something is missing, damaged, overwritten, rewritten or drifted.

Example: backstop vault verify --vault s3://acme-backup/vault --key-file account.key --budget 20G`,

  async run(args, outside) {
    const { values } = readArgs(args, { ...placeOptions, ...databaseOptions, ...ownOptions })
    const level = levelOf(values.level)
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    const driveIds = values.drive === undefined ? await Array.fromAsync(drivesIn(place.store, place.accountId)) : [values.drive]
    const readable = await withoutShredded(vault, driveIds, outside)
    if (level === 2) return compareWithDrive(values, outside, vault, readable)
    if (level === 4) return rebuildElsewhere(values, outside, place, vault)
    const readBytes = level === 0 ? 0 : bytesOf(values.budget)
    const print = (check: DriveCheck) => {
      for (const line of values.json ? [JSON.stringify(check)] : checkLines(check)) outside.say(line)
      return countOf(check.findings, 'alarming')
    }
    const db = values.drive === undefined && !values['as-written'] ? await databaseThatKnows(values, outside, place.accountId) : undefined
    const alarms = db
      ? await remembered(db, outside, vault, readable, readBytes, print)
      : await anew(outside, vault, readable, readBytes, print)
    return alarms + (values.drive === undefined ? await checkRest(place, outside, values.json ?? false) : 0) > 0 ? 1 : 0
  },
}

const ownOptions = {
  level: { type: 'string' },
  budget: { type: 'string' },
  drive: { type: 'string' },
  json: { type: 'boolean' },
} as const

type Print = (check: DriveCheck) => number

async function remembered(db: Database, outside: Outside, vault: Vault, driveIds: readonly string[], readBytes: number, print: Print) {
  try {
    const deps = { db, vault, clock: outside.clock, signal: outside.stop, note: progress(outside) }
    const { checks, oldestUnverified } = await verifyAccount(deps, driveIds, readBytes)
    const alarms = checks.reduce((sum, check) => sum + print(check), 0)
    if (oldestUnverified)
      outside.note(`Everything that snapshots need was verified since ${oldestUnverified.toISOString()}, or first seen then.`)
    return alarms
  } finally {
    await db.close()
  }
}

async function anew(outside: Outside, vault: Vault, driveIds: readonly string[], readBytes: number, print: Print): Promise<number> {
  const { clock, stop: signal } = outside
  let [left, alarms] = [readBytes, 0]
  for (const driveId of driveIds) {
    const check = await checkDrive(vault.drive(driveId), { now: clock.now(), signal, note: progress(outside), readBytes: left })
    left = Math.max(0, left - check.read.bytes)
    alarms += print(check)
  }
  return alarms
}

/** What lies beside the drives. */
async function checkRest({ store, accountId }: Place, outside: Outside, json: boolean): Promise<number> {
  const found = collectFindings()
  await verifyAccountKeys(store, accountId, found)
  const findings = found.result()
  if (json) outside.say(JSON.stringify({ accountId, findings }))
  else for (const line of findings.list.flatMap(findingLines)) outside.say(line)
  return countOf(findings, 'alarming')
}

/** A shredded drive has nothing that could be read; its objects are left to the collection of garbage. */
async function withoutShredded(vault: Vault, driveIds: readonly string[], { note }: Outside): Promise<readonly string[]> {
  const readable: string[] = []
  for (const driveId of driveIds) {
    try {
      await vault.drive(driveId).reader.idKey()
      readable.push(driveId)
    } catch (error) {
      if (error instanceof Shredded) note(`${driveId} was shredded on purpose and is left out.`)
      // Without its keys nothing of the drive can be read: the check names what cannot.
      else if (error instanceof IntegrityError) readable.push(driveId)
      else throw error
    }
  }
  return readable
}

function levelOf(level = '1'): 0 | 1 | 2 | 4 {
  if (level === '0' || level === '1' || level === '2' || level === '4') return Number(level) as 0 | 1 | 2 | 4
  throw new UsageError(`--level takes 0, 1, 2 or 4, not ${level}.`)
}

/** `500M`, `20G` or plain bytes. @throws {UsageError} */
function bytesOf(budget: string | undefined): number {
  if (budget === undefined) return Number.POSITIVE_INFINITY
  const [, digits, unit = ''] = /^(\d+)([KMGT]?)i?B?$/i.exec(budget) ?? []
  if (digits === undefined) throw new UsageError(`--budget takes a number of bytes such as 500M or 20G, not ${budget}.`)
  return Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')
}
