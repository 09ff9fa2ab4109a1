/** What a run of the tests has started, on record, so that a run that was killed trips nobody. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWhole } from '../../../bot/local/folder/write-whole.ts'
import { identify, isRunning, type ProcessIdentity, signalProcess } from '../../../bot/local/processes/identity.ts'
import { defaultCache } from '../../../bot/local/temporal/binary.ts'

type Entry = { readonly host: ProcessIdentity; readonly folder: string; readonly children: readonly ProcessIdentity[] }

export type Run = {
  /** A folder for the servers' files, removed with the run. */
  readonly folder: string
  /** Puts a process on record. */
  add(child: ProcessIdentity): void
  /** Takes the record and the folder away: everything has stopped. */
  forget(): void
}

const records = join(defaultCache, 'test-runs')

/** Opens the record of this process. */
export function recordRun(): Run {
  const host = identify(process.pid)
  if (!host) throw new Error('This process cannot be identified, so its servers could not be cleaned up after a crash')
  const folder = mkdtempSync(join(tmpdir(), 'backstop-test-'))
  const record = join(records, `${process.pid}.json`)
  const children: ProcessIdentity[] = []
  const save = () => writeWhole(record, JSON.stringify({ host, folder, children } satisfies Entry))
  mkdirSync(records, { recursive: true })
  save()
  return {
    folder,
    add: (child) => {
      children.push(child)
      save()
    },
    forget: () => {
      remove(folder)
      rmSync(record, { force: true })
    },
  }
}

/** Ends what runs that are no more have left behind. Runs that are alive are left alone. */
export function endAbandonedRuns(): void {
  mkdirSync(records, { recursive: true })
  for (const name of readdirSync(records).filter((name) => name.endsWith('.json'))) {
    const record = join(records, name)
    const { host, folder, children } = JSON.parse(readFileSync(record, 'utf8')) as Entry
    if (isRunning(host)) continue
    for (const child of children) signalProcess(child, 'SIGKILL')
    remove(folder)
    rmSync(record, { force: true })
  }
}

/** The processes of a server that was killed may still write for a moment. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
