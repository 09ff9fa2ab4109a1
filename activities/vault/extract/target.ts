/**
 * The folder that an extraction writes to. Nothing that is there is ever changed: a file is written beside the tree and then linked to its
 * name, which fails when the name is taken; and no step goes through a symbolic link.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, link, lstat, mkdir, open, readdir, rm, unlink, utimes } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { StoreUnavailable } from '../errors.ts'

export type Expected = { readonly size: number; readonly sha256: string }

export type Target = {
  readonly folder: string
  /** Nothing was in the folder when it was opened. */
  readonly empty: boolean
  /** Makes a folder, and those above it. @throws {Blocked} something else has the name */
  makeFolder(path: string): Promise<void>
  /** What has the name now, compared with what should. */
  look(path: string, expected: Expected): Promise<'nothing' | 'same' | 'different'>
  /** Writes a file whose name was free. When `body` throws, nothing has the name. @throws {Blocked} something has it by now */
  write(path: string, body: AsyncIterable<Uint8Array>, modified: Date | undefined): Promise<void>
  /** For folders, once everything in them is written. */
  setModified(path: string, modified: Date): Promise<void>
  /** Removes what an interrupted run left beside the tree. */
  tidy(): Promise<void>
}

/** The name that an item should get is taken by something else, or the file system does not take it. The item fails; the rest goes on. */
export class Blocked extends Error {
  override readonly name = 'Blocked'
}

const drafts = '.partial'
const chunkBytes = 1024 * 1024

/** Opens, or makes, the folder of one drive. @throws {StoreUnavailable} it cannot be written */
export async function openTarget(path: string): Promise<Target> {
  const folder = resolve(path)
  const made = new Map<string, Promise<void>>()
  let count = 0
  const guard = <T>(work: Promise<T>): Promise<T> => work.catch((error) => Promise.reject(explained(folder, error)))

  function makeFolder(relative: string): Promise<void> {
    const known = made.get(relative)
    if (known) return known
    const making = makeOne(relative)
    made.set(relative, making)
    return making
  }

  async function makeOne(relative: string): Promise<void> {
    const above = dirname(relative)
    if (above !== '.') await makeFolder(above)
    await mkdir(join(folder, relative)).catch(async (error) => {
      if (error.code !== 'EEXIST') throw explained(folder, error)
      const found = await guard(lstat(join(folder, relative)))
      if (!found.isDirectory()) throw new Blocked(`${relative} is there already and is no folder`)
    })
  }

  await guard(mkdir(folder, { recursive: true, mode: 0o700 }))
  await guard(rm(join(folder, drafts), { recursive: true, force: true }))
  const empty = (await guard(readdir(folder))).length === 0
  await guard(mkdir(join(folder, drafts), { mode: 0o700 }))
  return {
    folder,
    empty,
    makeFolder,
    look: (relative, expected) => guard(look(join(folder, relative), expected)),
    async write(relative, body, modified) {
      if (dirname(relative) !== '.') await makeFolder(dirname(relative))
      const draft = join(folder, drafts, String(count++))
      const file = await guard(open(draft, 'wx'))
      try {
        await fill(file, body, modified, (error) => explained(folder, error))
        await guard(link(draft, join(folder, relative)))
      } finally {
        await guard(unlink(draft))
      }
    },
    setModified: (relative, modified) => guard(utimes(join(folder, relative), modified, modified)),
    tidy: () => guard(rm(join(folder, drafts), { recursive: true, force: true })),
  }
}

async function fill(
  file: FileHandle,
  body: AsyncIterable<Uint8Array>,
  modified: Date | undefined,
  explain: (error: unknown) => unknown,
): Promise<void> {
  try {
    for await (const chunk of body) {
      await file.writeFile(chunk).catch((error) => Promise.reject(explain(error)))
    }
    if (modified) await file.utimes(modified, modified)
  } finally {
    await file.close()
  }
}

async function look(path: string, expected: Expected): Promise<'nothing' | 'same' | 'different'> {
  const found = await lstat(path).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!found) return 'nothing'
  return found.isFile() && found.size === expected.size && (await sha256Of(path)) === expected.sha256 ? 'same' : 'different'
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (let read = await file.read(buffer); read.bytesRead > 0; read = await file.read(buffer))
      hash.update(buffer.subarray(0, read.bytesRead))
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** What the system says of one name, and of nothing else. */
const ofOneName = ['EEXIST', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL', 'EISDIR', 'ENOTDIR', 'ELOOP']

function explained(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === undefined || error instanceof StoreUnavailable) return error
  if (code === 'EEXIST') return new Blocked('something is there already', { cause: error })
  if (ofOneName.includes(code)) return new Blocked(`the file system does not take its name (${code})`, { cause: error })
  const full = code === 'ENOSPC' || code === 'EDQUOT' ? 'is full' : `cannot be written (${code})`
  return new StoreUnavailable(
    `The folder ${folder} ${full}. Make room, or give another folder; what is written stays, and the same command goes on.`,
    {
      cause: error,
    },
  )
}
