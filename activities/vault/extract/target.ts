/**
 * The folder that an extraction writes to. Nothing that is there is ever changed: a file is written beside the tree and then linked to its
 * name, which fails when the name is taken; and no step within the folder goes through a symbolic link.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, link, lstat, mkdir, open, readdir, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises'
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
  /** Replaces a file of the extraction's own, such as its report. */
  replace(name: string, text: string): Promise<void>
  /** Removes what lies beside the tree. */
  tidy(): Promise<void>
}

/** The name that an item should get is taken by something else, or the file system does not take it. The item fails; the rest goes on. */
export class Blocked extends Error {
  override readonly name = 'Blocked'
}

/** Within the folder: what is being written, and after a crash what was. */
export const drafts = '.partial'
const chunkBytes = 1024 * 1024

/**
 * Opens, or makes, the folder of one drive.
 * @param linkFile gives a file a second name; file systems without such names, as of memory sticks, refuse it with EPERM or ENOTSUP
 * @throws {StoreUnavailable} it cannot be written
 */
export async function openTarget(path: string, linkFile: typeof link = link): Promise<Target> {
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

  const empty = await prepare(folder).catch((error) => Promise.reject(unusable(folder, error)))
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
        await guard(publish(draft, join(folder, relative), linkFile))
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    async replace(name, text) {
      const draft = join(folder, drafts, name)
      const replacing = writeFile(draft, text).then(() => rename(draft, join(folder, name)))
      await replacing.catch((error) => Promise.reject(unusable(folder, error)))
    },
    setModified: (relative, modified) => guard(utimes(join(folder, relative), modified, modified)),
    tidy: () => guard(rm(join(folder, drafts), { recursive: true, force: true })),
  }
}

/** @returns whether the folder was empty */
async function prepare(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rm(join(folder, drafts), { recursive: true, force: true })
  const names = await readdir(folder)
  await mkdir(join(folder, drafts), { mode: 0o700 })
  return names.length === 0
}

const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** Gives the finished draft its name, unless something has it. */
async function publish(draft: string, target: string, linkFile: typeof link): Promise<void> {
  try {
    await linkFile(draft, target)
  } catch (error) {
    if (!withoutLinks.includes(codeOf(error) ?? '')) throw error
    if (await lstat(target).catch(() => undefined)) throw new Blocked('something is there already')
    return rename(draft, target)
  }
  await unlink(draft)
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
  return found.isFile() && found.size === expected.size && (await sha256Of(path, found.size)) === expected.sha256 ? 'same' : 'different'
}

async function sha256Of(path: string, size: number): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size))
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(buffer)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      done += bytesRead
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** What the system says of one name, and of nothing else. */
const ofOneName = ['EEXIST', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL', 'EISDIR', 'ENOTDIR', 'ELOOP']

function explained(folder: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'EEXIST') return new Blocked('something is there already', { cause: error })
  if (code !== undefined && ofOneName.includes(code))
    return new Blocked(`the file system does not take its name (${code})`, { cause: error })
  return unusable(folder, error)
}

/** An error of the file system as one that says what to do; any other as it is. */
export function unusable(folder: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const how = code === 'ENOSPC' || code === 'EDQUOT' ? 'is full' : `cannot be written (${code})`
  const advice = 'Make room, or give another folder; what is written stays, and the same command goes on.'
  return new StoreUnavailable(`The folder ${folder} ${how}. ${advice}`, { cause: error })
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
