import { drivesIn } from '../vault/accounts.ts'
import { openVault } from '../vault/index.ts'
import { checkDrive, type DriveCheck } from '../vault/verify/check-drive.ts'
import { alarming, collectFindings, countOf, type Finding } from '../vault/verify/findings.ts'
import { verifyAccountKeys } from '../vault/verify/presence.ts'
import { type Outside, UsageError, type VaultCommand } from './command.ts'
import { openPlace, type Place, placeHelp, placeOptions, readArgs } from './options.ts'
import { progress } from './progress.ts'
import { quoted } from './quoted.ts'

/** Is everything there, and as it was written? */
export const verify: VaultCommand = {
  help: `backstop vault verify [--level 0|1] [--budget BYTES] [--drive ID] [--json]

Checks a vault without changing anything. What is damaged is named, with every item and snapshot that needs it.

  --level 0          what the store lists against what the snapshots need: existence, size, version, lock; foreign objects
  --level 1          also read, decrypt and hash what is stored (default)
  --budget BYTES     read about so many bytes at most, such as 500M or 20G (default: everything)
  --drive ID         only this drive
  --json             one JSON object a line, one for each drive
${placeHelp}

Exit code 1 when something is missing, damaged, overwritten or rewritten.

Example: backstop vault verify --vault s3://acme-backup/vault --key-file account.key --budget 20G`,

  async run(args, outside) {
    const { values } = readArgs(args, {
      ...placeOptions,
      level: { type: 'string' },
      budget: { type: 'string' },
      drive: { type: 'string' },
      json: { type: 'boolean' },
    })
    const level = levelOf(values.level)
    const place = await openPlace(values, outside)
    const vault = await openVault({ ...place, clock: outside.clock, random: outside.random })
    let left = bytesOf(values.budget)
    let alarms = 0
    const print = values.json ? (check: object) => outside.say(JSON.stringify(check)) : undefined
    for await (const driveId of values.drive === undefined ? drivesIn(place.store, place.accountId) : [values.drive]) {
      const check = await checkDrive(vault.drive(driveId), {
        now: outside.clock.now(),
        signal: outside.stop,
        note: progress(outside),
        ...(level > 0 && { readBytes: left }),
      })
      left = Math.max(0, left - check.read.bytes)
      alarms += countOf(check.findings, 'alarming')
      if (print) print(check)
      else for (const line of linesOf(check)) outside.say(line)
    }
    if (values.drive === undefined) alarms += await checkRest(place, outside, print)
    return alarms > 0 ? 1 : 0
  },
}

async function checkRest({ store, accountId }: Place, outside: Outside, print?: (check: object) => void): Promise<number> {
  const found = collectFindings()
  await verifyAccountKeys(store, accountId, found)
  const findings = found.result()
  if (print) print({ accountId, findings })
  else for (const finding of findings.list) outside.say(sentenceOf(finding))
  return countOf(findings, 'alarming')
}

function linesOf({ driveId, findings, needed, bytes, unreferenced, read }: DriveCheck): readonly string[] {
  const verdict = countOf(findings, 'alarming') > 0 ? 'NOT WELL' : 'well'
  const content = `${read.objects} of ${needed} read and compared${read.everything || read.objects === 0 ? '' : ' (budget)'}`
  const left = unreferenced.count > 0 ? `, ${unreferenced.count} objects (${unreferenced.bytes} bytes) that no snapshot needs` : ''
  const more = countOf(findings, 'all') - findings.list.length
  return [
    `${driveId}  ${verdict}: ${needed} objects, ${bytes} bytes; ${content}${left}`,
    ...findings.list.map(sentenceOf),
    ...(more > 0 ? [`  … and ${more} more findings; --json has their counts`] : []),
  ]
}

/** The finding, and below it what it costs. Names of items come from Drive and are shown as JSON. */
export function sentenceOf({ kind, objectKey, detail, needs }: Finding): string {
  const mark = alarming.has(kind) ? '!' : '-'
  const lines = [`  ${mark} ${kind}: ${objectKey}: ${detail}`]
  if (needs) {
    const ranges = needs.snapshots.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
    lines.push(ranges === '' ? '    no snapshot needs what is damaged' : `    needed by snapshots ${ranges}`)
    for (const { itemId, name, from, to } of needs.items) lines.push(`    ${itemId} ${quoted(name)} in snapshots ${from} to ${to}`)
    if (needs.itemCount > needs.items.length) lines.push(`    and ${needs.itemCount - needs.items.length} more items`)
    if (needs.incomplete !== undefined) lines.push(`    there may be more: ${needs.incomplete}`)
  }
  return lines.join('\n')
}

function levelOf(level = '1'): number {
  if (['0', '1'].includes(level)) return Number(level)
  throw new UsageError(`--level takes 0 or 1, not ${level}.`)
}

/** `500M`, `20G` or plain bytes. @throws {UsageError} */
export function bytesOf(budget: string | undefined): number {
  if (budget === undefined) return Number.POSITIVE_INFINITY
  const [, digits, unit = ''] = /^(\d+)([KMGT]?)i?B?$/i.exec(budget) ?? []
  if (digits === undefined) throw new UsageError(`--budget takes a number of bytes such as 500M or 20G, not ${budget}.`)
  return Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')
}
