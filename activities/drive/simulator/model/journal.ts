/**
 * The journal of one-machine mode: one line per answered operation, `<crc32> <json>`, appended before the answer. A kill can tear only the last
 * line, which was then never answered and is cut off. At start it is rewritten to what it amounts to and put in place by one rename.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type BatchRecord, batchRecord } from './records.ts'
import type { Batch, World } from './state.ts'

export interface Journal {
  append(world: World, batch: Batch): void
  close(): void
}

/** `world` is the options as text, `bornAt` the day of the world's making. */
export type Header = { readonly format: 1; readonly world: string; readonly bornAt: number }

const name = 'journal.log'

const encode = (value: unknown): Buffer => {
  const json = JSON.stringify(value)
  return Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`, 'utf8')
}

function decode(line: string): unknown {
  const json = line.slice(9)
  return crc32(json).toString(16).padStart(8, '0') === line.slice(0, 8) ? JSON.parse(json) : undefined
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/**
 * What the folder's journal says, oldest first; nothing when there is none.
 * @throws {Error} it belongs to another world, or is damaged before its last line
 */
export function readJournal(
  folder: string,
  world: string,
): { readonly bornAt: number; readonly records: readonly BatchRecord[] } | undefined {
  const path = join(folder, name)
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  const records: unknown[] = []
  // After the last line feed there is nothing, or the torn line of an operation that was never answered.
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    const record = decode(bytes.toString('utf8', start, end))
    if (record === undefined) {
      throw new Error(
        `The practice Drive's journal ${path} is damaged in line ${records.length + 1}. Restore the file, or start anew with an empty folder.`,
      )
    }
    records.push(record)
  }
  const found = records.shift() as Header | undefined
  if (!found) return undefined
  if (found.format !== 1 || found.world !== world)
    throw new Error(`${folder} holds another practice world, made with ${found.world}, not ${world}. Use those options, or another folder.`)
  return { bornAt: found.bornAt, records: records as BatchRecord[] }
}

/** Replaces the journal by `records`, atomically, and opens it for appending. */
export function startJournal(folder: string, header: Header, records: Iterable<BatchRecord>): Journal {
  mkdirSync(folder, { recursive: true })
  const fresh = join(folder, `${name}.new`)
  const file = openSync(fresh, 'w')
  let length = 0
  const write = (value: unknown) => {
    const bytes = encode(value)
    writeAll(file, bytes)
    length += bytes.length
  }
  write(header)
  for (const record of records) write(record)
  fsyncSync(file)
  renameSync(fresh, join(folder, name))
  return {
    append(world, batch) {
      try {
        write(batchRecord(world, batch))
      } catch (error) {
        // Half a line in the middle would damage the journal; as the last line it would only be cut off, but nothing may follow it.
        ftruncateSync(file, length)
        throw error
      }
    },
    close: () => closeSync(file),
  }
}
