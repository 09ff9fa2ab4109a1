/** `metadata.jsonl`: a line for each item in order of their ids. Lines of an earlier run into the same folder stay, unless this one has the item too. */
import { type FileHandle, open, rename } from 'node:fs/promises'
import { InvalidInput } from '../errors.ts'
import { canonicalJson } from '../format/canonical-json.ts'

/** What became of an item: where it is, or why it is not. At least one is set. */
export type Outcome = { readonly path?: string; readonly skipped?: string; readonly failed?: string }

export type MetadataFile = {
  /** Ids must ascend. `row` is the canonical JSON of the row. */
  add(id: string, outcome: Outcome, row: Uint8Array): Promise<void>
  /** Puts the file in its place. */
  finish(): Promise<void>
  /** Gives it up; what was there stays. */
  close(): Promise<void>
}

const bufferBytes = 256 * 1024

export async function openMetadata(path: string, draft: string): Promise<MetadataFile> {
  const file = await open(draft, 'w')
  const earlier = earlierLines(path)[Symbol.asyncIterator]()
  let next = await earlier.next()
  let [parts, size]: [string[], number] = [[], 0]

  async function write(line: string): Promise<void> {
    parts.push(line, '\n')
    size += line.length
    if (size >= bufferBytes) await flush(file)
  }
  async function flush(to: FileHandle): Promise<void> {
    const text = parts.join('')
    parts = []
    size = 0
    await to.writeFile(text)
  }
  async function copyUntil(id: string | undefined): Promise<void> {
    for (; !next.done && (id === undefined || next.value.id <= id); next = await earlier.next()) {
      if (next.value.id !== id) await write(next.value.line)
    }
  }

  return {
    async add(id, outcome, row) {
      await copyUntil(id)
      await write(lineOf(outcome, row))
    },
    async finish() {
      await copyUntil(undefined)
      await flush(file)
      await file.sync()
      await file.close()
      await rename(draft, path)
    },
    async close() {
      await earlier.return(undefined)
      await file.close()
    },
  }
}

/** Canonical JSON: the members in order of their names, the row as it is stored. */
function lineOf({ failed, path, skipped }: Outcome, row: Uint8Array): string {
  const member = (name: string, value: string | undefined) => (value === undefined ? [] : [`"${name}":${canonicalJson(value)}`])
  const row8 = Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('utf8')
  return `{${[...member('failed', failed), ...member('path', path), `"row":${row8}`, ...member('skipped', skipped)].join(',')}}`
}

async function* earlierLines(path: string): AsyncGenerator<{ readonly id: string; readonly line: string }> {
  const file = await open(path, 'r').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return
  // Not `readline`, which also breaks lines where a name holds U+2028.
  let rest = ''
  for await (const text of file.createReadStream({ encoding: 'utf8' })) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield { id: idIn(path, line), line }
  }
}

/** @throws {InvalidInput} nothing that {@link lineOf} writes */
function idIn(path: string, line: string): string {
  try {
    return (JSON.parse(line) as { row: { id: string } }).row.id
  } catch (error) {
    throw new InvalidInput(`${path} is not what an extraction writes. Give another folder.`, { cause: error })
  }
}
