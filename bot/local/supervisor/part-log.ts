import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from '../folder/data-folder.ts'

export type PartLog = { readonly file: string; readonly write: (line: string) => void }

/** A log file that has grown past this is put aside, once, when its part starts. */
const longestLogBytes = 16 * 1024 * 1024

/**
 * The log of a part. A disk that takes no more lines must not end what keeps the parts running: that is said once, and lines are dropped
 * until it does again.
 */
export function partLog(name: string, folder: DataFolder, say: (line: string) => void): PartLog {
  const file = join(folder.logs, `${name}.log`)
  if (existsSync(file) && statSync(file).size > longestLogBytes) renameSync(file, `${file}.1`)
  let failing = false
  const write = (line: string) => {
    try {
      appendFileSync(file, `${line}\n`)
      failing = false
    } catch (error) {
      if (!failing) say(`! ${file} cannot be written (${(error as Error).message}): its lines are lost until it can`)
      failing = true
    }
  }
  return { file, write }
}
