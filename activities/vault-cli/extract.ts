import { join } from 'node:path'
import { type At, chooseSnapshot, olderReadable } from '../vault/extract/choose-snapshot.ts'
import { extractDrive } from '../vault/extract/extract-drive.ts'
import { parseAt } from '../vault/extract/parse-at.ts'
import type { ExtractReport } from '../vault/extract/tally.ts'
import { IntegrityError, InvalidInput, type Root, Shredded } from '../vault/index.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import { type Outside, UsageError, type VaultCommand } from './command.ts'
import { extractProgress, reportLines } from './extract-lines.ts'
import { findDrive, noteForeign, readersIn } from './find-drive.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'

/** The way out: files and folders from a vault, with the store and a key, and nothing else. */
export const extract: VaultCommand = {
  help: `backstop vault extract --to DIR [--drive ID|NAME] [--at GEN|TIME] [--path P] [--json]

Writes what a snapshot holds as ordinary files. Needs no database, no Temporal, no Google. Each drive gets a folder of its own in DIR, called
by its id: files/, trash/, orphans/ and deep/ with the tree, metadata.jsonl with all that is known of each item, root.json with the snapshot
itself, report.json with what came of it. Nothing that is there already is changed: the same command goes on after a crash, and compares.

  --to DIR           where to write; made when it is missing
  --drive ID|NAME    only this drive (default: all drives of the vault)
  --at GEN|TIME      that snapshot, or the newest one not after a time: 2026-03-01T12:00:00Z, or 2026-03-01 for the end of that day in UTC
                     (default: the newest)
  --path P           only this file or folder, and what is in it, by its path in the extracted tree: Reports/2026
  --json             the report as one JSON object a line, for each drive
${placeHelp}

Exit code 0: everything was written. 1: something was damaged or in the way; it is named, and all else is written.

Example: backstop vault extract --vault /srv/vault --key-file account.key --drive Finance --at 2026-03-01 --to /tmp/finance`,

  async run(args, outside) {
    const options = { to: { type: 'string' }, drive: { type: 'string' }, at: { type: 'string' }, path: { type: 'string' } } as const
    const { values } = readArgs(args, { ...placeOptions, ...options, json: { type: 'boolean' } })
    if (!values.to) throw new UsageError('Say with --to DIR where to write.')
    const at = parseAt(values.at)
    if (at === 'unclear') throw new UsageError(`--at ${values.at} is neither a generation nor a time such as 2026-03-01T12:00:00Z.`)
    const readers = await readersIn(await openPlace(values, outside), outside)
    const chosen = values.drive === undefined ? readers : [await findDrive(readers, values.drive, outside)]
    if (at && 'gen' in at && chosen.length > 1) throw new UsageError('Generations are counted for each drive: say which with --drive ID.')
    let allWell = chosen.length > 0
    for (const reader of chosen) {
      const to = join(values.to, reader.layout.driveId)
      const report = await extractOne({ reader, at, to, path: values.path }, outside)
      if (outside.stop.aborted) return 1
      if (report) outside.say(values.json ? JSON.stringify(report) : reportLines(report, to))
      allWell &&= report !== undefined && isWell(report)
    }
    return allWell ? 0 : 1
  },
}

type One = { readonly reader: DriveReader; readonly at: At; readonly to: string; readonly path: string | undefined }

/** Nothing when this drive cannot be had as it was asked for; why, and what can, was said, and the other drives may be well. */
async function extractOne(one: One, outside: Outside): Promise<ExtractReport | undefined> {
  try {
    const root = await choose(one, outside)
    return root && (await write(one, root, outside))
  } catch (error) {
    if (outside.stop.aborted) outside.note('Stopped. What is written stays, and the same command goes on from there.')
    else if (error instanceof Shredded || error instanceof InvalidInput) outside.note(error.message)
    else throw error
    return undefined
  }
}

async function choose({ reader, at }: One, outside: Outside): Promise<Root | undefined> {
  const { driveId } = reader.layout
  const choice = await chooseSnapshot(reader, at, (key) => noteForeign(outside, key))
  if ('found' in choice) return choice.found
  if ('none' in choice) {
    const which = choice.none === 'no snapshots' ? 'no snapshot' : 'no such snapshot'
    outside.note(`The vault holds ${which} of drive ${driveId}. See: backstop vault list --drive ${driveId}`)
  } else {
    for (const error of choice.unreadable) outside.note(error.message)
    outside.note(offer(driveId, choice.older))
  }
  return undefined
}

async function write({ reader, to, path }: One, root: Root, outside: Outside): Promise<ExtractReport | undefined> {
  const { driveId } = root
  const { stop, note: warn } = outside
  try {
    const request = { reader, root, folder: to, stop, warn, progress: extractProgress(outside, driveId) }
    return await extractDrive({ ...request, ...(path !== undefined && { path }) })
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
    outside.note(`${error.message} Without it the list of items in snapshot ${root.gen} cannot be read.`)
    outside.note(offer(driveId, await olderReadable(reader, root.gen)))
    return undefined
  }
}

function offer(driveId: string, older: Root | undefined): string {
  if (!older) return `No older snapshot of drive ${driveId} can be read either. Nothing was written.`
  return `Nothing was written of drive ${driveId}. The newest snapshot before that can be read is ${older.gen}, of ${older.time}: take it with --drive ${driveId} --at ${older.gen}.`
}

const isWell = ({ failed, problems }: ExtractReport): boolean => Object.keys(failed).length === 0 && problems.length === 0
