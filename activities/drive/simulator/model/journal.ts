/**
 * The journal of one-machine mode: the records of every answered operation, appended before the answer. A line is `<crc32> <json>`, or
 * `<crc32>+<json>` when the next line belongs to the same operation. What a kill leaves unfinished at the end was never answered and is cut off.
 * At start the journal is rewritten to what it amounts to and put in place by one rename.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type BatchRecord, batchRecords } from './records.ts'
import type { Batch, World } from './state.ts'

export interface Journal {
  append(world: World, batch: Batch): void
  close(): void
}

/** `world` is the options as text, `bornAt` the day of the world's making. */
export type Header = { readonly format: 1; readonly world: string; readonly bornAt: number }

const name = 'journal.log'
const checksumLetters = 8
const checksum = (json: string | Uint8Array) => crc32(json).toString(16).padStart(checksumLetters, '0')

function encode(value: unknown, last: boolean): Buffer {
  const json = JSON.stringify(value)
  return Buffer.from(`${checksum(json)}${last ? ' ' : '+'}${json}\n`, 'utf8')
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/** Where the last whole operation ends. */
function wholeLength(bytes: Buffer): number {
  let whole = 0
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    if (bytes[start + checksumLetters] === 0x20) whole = end + 1
  }
  return whole
}

function* decode(bytes: Buffer, path: string): Generator<unknown> {
  let line = 0
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    line++
    const json = bytes.subarray(start + checksumLetters + 1, end)
    if (checksum(json) !== bytes.toString('latin1', start, start + checksumLetters)) {
      throw new Error(
        `The practice Drive's journal ${path} is damaged in line ${line}. Restore the file, or start anew with an empty folder.`,
      )
    }
    yield JSON.parse(json.toString('utf8'))
  }
}

/**
 * What the folder's journal says, oldest first and read as it is asked for; nothing when there is none.
 * @throws {Error} it belongs to another world, or is damaged before its last line
 */
export function readJournal(
  folder: string,
  world: string,
): { readonly bornAt: number; readonly records: Iterable<BatchRecord> } | undefined {
  const path = join(folder, name)
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  const lines = decode(bytes.subarray(0, wholeLength(bytes)), path)
  const header = lines.next().value as Header | undefined
  if (!header) return undefined
  if (header.format !== 1 || header.world !== world) {
    throw new Error(
      `${folder} holds another practice world, made with ${header.world}, not ${world}. Use those options, or another folder.`,
    )
  }
  return { bornAt: header.bornAt, records: lines as Generator<BatchRecord> }
}

/** Replaces the journal by `records`, atomically, and opens it for appending. */
export function startJournal(folder: string, header: Header, records: Iterable<BatchRecord>): Journal {
  mkdirSync(folder, { recursive: true })
  const fresh = join(folder, `${name}.new`)
  const file = openSync(fresh, 'w')
  let length = 0
  let closed = false
  const write = (value: unknown, last: boolean) => {
    const bytes = encode(value, last)
    writeAll(file, bytes)
    length += bytes.length
  }
  write(header, true)
  for (const record of records) write(record, true)
  fsyncSync(file)
  renameSync(fresh, join(folder, name))
  return {
    append(world, batch) {
      // The number of a closed file may already be another file's.
      if (closed) throw new Error('The practice Drive was closed.')
      const before = length
      try {
        let held: BatchRecord | undefined
        for (const record of batchRecords(world, batch)) {
          if (held) write(held, false)
          held = record
        }
        if (held) write(held, true)
      } catch (error) {
        // A full disk leaves half an operation; nothing may ever follow it.
        ftruncateSync(file, before)
        throw error
      }
    },
    close() {
      if (!closed) closeSync(file)
      closed = true
    },
  }
}
