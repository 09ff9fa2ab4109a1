import { join } from 'node:path'
import { drivesIn } from '../vault/accounts.ts'
import { type At, chooseSnapshot, olderReadable } from '../vault/extract/choose-snapshot.ts'
import { extractDrive, type Progress } from '../vault/extract/extract-drive.ts'
import { parseAt } from '../vault/extract/parse-at.ts'
import type { ExtractReport } from '../vault/extract/tally.ts'
import { IntegrityError, openVault, type Root } from '../vault/index.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import { type Outside, UsageError, type VaultCommand } from './command.ts'
import { progressLines, sizeOf } from './extract-lines.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'
import { quoted } from './quoted.ts'

/** The way out: files and folders from a vault, with the store and a key, and nothing else. */
export const extract: VaultCommand = {
  help: `backstop vault extract --to DIR [--drive ID] [--at GEN|TIME] [--path P] [--json]

Writes what a snapshot holds as ordinary files. Needs no database, no Temporal, no Google. Each drive gets a folder of its own in DIR:
files/, trash/, orphans/ and deep/ with the tree, metadata.jsonl with all that is known of each item, root.json with the snapshot itself,
report.json with what came of it. Nothing that is there already is changed: the same command goes on after a crash, and compares.

  --to DIR           where to write; made when it is missing
  --drive ID         only this drive (default: all drives of the vault)
  --at GEN|TIME      that snapshot, or the newest one not after a time: 2026-03-01T12:00:00Z, or 2026-03-01 for the end of that day in UTC
                     (default: the newest)
  --path P           only this file or folder, and what is in it, by its path in the extracted tree: Reports/2026
  --json             the report as one JSON object a line, for each drive
${placeHelp}

Exit code 0: everything was written. 1: something was damaged or in the way; it is named, and all else is written.

Example: backstop vault extract --vault /srv/vault --key-file account.key --drive 0AFinance --at 2026-03-01 --to /tmp/finance`,

  async run(args, outside) {
    const options = { to: { type: 'string' }, drive: { type: 'string' }, at: { type: 'string' }, path: { type: 'string' } } as const
    const { values } = readArgs(args, { ...placeOptions, ...options, json: { type: 'boolean' } })
    if (!values.to) throw new UsageError('Say with --to DIR where to write.')
    const at = parseAt(values.at)
    if (at === 'unclear') throw new UsageError(`--at ${values.at} is neither a generation nor a time such as 2026-03-01T12:00:00Z.`)
    const { store, kms, accountId } = await openPlace(values, outside)
    const vault = await openVault({ store, kms, accountId, clock: outside.clock, random: outside.random })
    const drives = values.drive === undefined ? await Array.fromAsync(drivesIn(store, accountId)) : [values.drive]
    let allWell = true
    for (const driveId of drives) {
      const request = { reader: vault.drive(driveId).reader, at, to: join(values.to, driveId), path: values.path }
      const report = await extractOne(request, outside)
      if (report) outside.say(values.json ? JSON.stringify(report) : reportLines(report, request.to))
      allWell &&= report !== undefined && isWell(report)
    }
    return allWell ? 0 : 1
  },
}

type One = { readonly reader: DriveReader; readonly at: At; readonly to: string; readonly path: string | undefined }

/** Nothing when the snapshot that was asked for cannot be had; why, and what can, was said. */
async function extractOne({ reader, at, to, path }: One, outside: Outside): Promise<ExtractReport | undefined> {
  const { driveId } = reader.layout
  const choice = await chooseSnapshot(reader, at, (key) => outside.note(`${key} is no snapshot, but lies among them. It was left alone.`))
  if ('none' in choice) {
    const what = choice.none === 'no snapshots' ? 'no snapshot' : 'no such snapshot'
    outside.note(
      `The vault holds ${what} of drive ${driveId}. See: backstop vault list${choice.none === 'no snapshots' ? '' : ` --drive ${driveId}`}`,
    )
    return undefined
  }
  if ('unreadable' in choice) {
    for (const error of choice.unreadable) outside.note(error.message)
    outside.note(offer(driveId, choice.older))
    return undefined
  }
  const root = choice.found
  const lines = progressLines(outside)
  try {
    return await extractDrive({
      ...{ reader, root, folder: to, stop: outside.stop, ...(path !== undefined && { path }) },
      warn: outside.note,
      progress: (step: Progress) => lines(root, step),
    })
  } catch (error) {
    if (outside.stop.aborted) outside.note('Stopped. What is written stays, and the same command goes on from there.')
    else if (error instanceof IntegrityError) {
      outside.note(`${error.message} Without it the list of items in snapshot ${root.gen} cannot be read.`)
      outside.note(offer(driveId, await olderReadable(reader, root.gen)))
    } else throw error
    return undefined
  }
}

function offer(driveId: string, older: Root | undefined): string {
  if (!older) return `No older snapshot of drive ${driveId} can be read either. Nothing was written.`
  return `Nothing was written of drive ${driveId}. The newest snapshot before that can be read is ${older.gen}, of ${older.time}: take it with --at ${older.gen}.`
}

const isWell = ({ failed, problems }: ExtractReport): boolean => Object.keys(failed).length === 0 && problems.length === 0

function reportLines(report: ExtractReport, folder: string): string {
  const { driveId, driveName, gen, time, listed, written, alreadyThere, renamed, earlierVersions, bytes, failures } = report
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, count) => all + count, 0)
  const byReason = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ')
  const [skipped, failed] = [sum(report.skipped), sum(report.failed)]
  return [
    `Drive ${driveId} ${quoted(driveName)}, snapshot ${gen} of ${time}, is in ${folder}`,
    `${listed} listed = ${written} written + ${skipped} skipped + ${failed} failed; ${sizeOf(bytes)} written now`,
    ...(alreadyThere > 0 ? [`  ${alreadyThere} were there already and are the same`] : []),
    ...(skipped > 0 ? [`  skipped, because the vault holds only their description: ${byReason(report.skipped)}`] : []),
    ...(renamed > 0 ? [`  ${renamed} have another name than in Drive; metadata.jsonl says which`] : []),
    ...(earlierVersions > 0 ? [`  ${earlierVersions} are an earlier version: the backup could not read the newest`] : []),
    ...failures.slice(0, 20).map(({ path, code, detail }) => `  failed: ${quoted(path)}: ${detail} (${code})`),
    ...(failed > 20 ? [`  and ${failed - 20} more; metadata.jsonl marks all of them`] : []),
  ].join('\n')
}
