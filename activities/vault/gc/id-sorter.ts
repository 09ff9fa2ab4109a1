/**
 * Sorts more ids than fit in memory: they are gathered up to a limit, sorted, written to a scratch file, and merged at the end. Memory: the
 * limit (200,000 ids, some 20 MiB), and 64 KiB for each time that it was reached.
 */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type IdSorter = {
  /** Hex digits, of one length for all ids. A promise comes back only when ids go to the disk. */
  add(id: string): Promise<void> | undefined
  /** All ids, ascending, each once, in batches. As often as wanted, after the last `add`. */
  sorted(): AsyncIterable<readonly string[]>
  /** Removes the scratch files. */
  close(): Promise<void>
}

const defaultMost = 200_000
const readBytes = 64 * 1024

/** @param idBytes half the digits of an id */
export function createIdSorter(idBytes: number, mostInMemory = defaultMost): IdSorter {
  let gathered: string[] = []
  let folder: string | undefined
  const files: string[] = []

  async function spill(): Promise<void> {
    const ids = uniqueSorted(gathered)
    gathered = []
    folder ??= await mkdtemp(join(tmpdir(), 'backstop-gc-'))
    const path = join(folder, String(files.length))
    const file = await open(path, 'wx', 0o600)
    try {
      for (let at = 0; at < ids.length; at += 10_000) await file.writeFile(Buffer.from(ids.slice(at, at + 10_000).join(''), 'hex'))
    } finally {
      await file.close()
    }
    files.push(path)
  }

  return {
    add(id) {
      gathered.push(id)
      return gathered.length >= mostInMemory ? spill() : undefined
    },
    async *sorted() {
      gathered = uniqueSorted(gathered)
      if (files.length === 0) yield gathered
      else yield* merged([...files.map((path) => idsOf(path, idBytes)), once(gathered)])
    },
    async close() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

function uniqueSorted(ids: string[]): string[] {
  return ids.sort().filter((id, n) => id !== ids[n - 1])
}

async function* once<T>(item: T): AsyncIterable<T> {
  yield item
}

async function* idsOf(path: string, idBytes: number): AsyncIterable<readonly string[]> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.floor(readBytes / idBytes) * idBytes)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) return
      const digits = buffer.toString('hex', 0, bytesRead)
      yield Array.from({ length: bytesRead / idBytes }, (_, n) => digits.slice(n * idBytes * 2, (n + 1) * idBytes * 2))
    }
  } finally {
    await file.close()
  }
}

type Run = { readonly batches: AsyncIterator<readonly string[]>; ids: readonly string[]; at: number }

async function* merged(sources: readonly AsyncIterable<readonly string[]>[]): AsyncIterable<readonly string[]> {
  let runs: Run[] = sources.map((source) => ({ batches: source[Symbol.asyncIterator](), ids: [], at: 0 }))
  let last: string | undefined
  for (;;) {
    const more = await Promise.all(runs.map((run) => run.at < run.ids.length || refill(run)))
    runs = runs.filter((_, n) => more[n])
    if (runs.length === 0) return
    const batch: string[] = []
    while (runs.every(({ ids, at }) => at < ids.length)) {
      const least = runs.reduce((one, other) => ((one.ids[one.at] ?? '') <= (other.ids[other.at] ?? '') ? one : other))
      const id = least.ids[least.at] ?? ''
      least.at += 1
      if (id !== last) batch.push(id)
      last = id
    }
    yield batch
  }
}

async function refill(run: Run): Promise<boolean> {
  for (;;) {
    const next = await run.batches.next()
    if (next.done) return false
    run.ids = next.value
    run.at = 0
    if (run.ids.length > 0) return true
  }
}
