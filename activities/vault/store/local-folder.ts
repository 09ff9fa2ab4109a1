/**
 * Objects as files in a folder. A new object is written under `.backstop-tmp/`, fsynced, and then hard-linked to its name: the link is
 * atomic and fails when the name is taken. What a crash leaves lies in `.backstop-tmp/` and is never listed. That directory also marks
 * the folder as ours, so that the empty mount point of an unmounted disk is not taken for an empty vault.
 */
import { type FileHandle, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Random } from '../../../db/kit/random.ts'
import { AlreadyExists } from '../errors.ts'
import { errnoOf, folderMissing, objectMissing, storeError } from './local-errors.ts'
import { listFolder } from './local-list.ts'
import { checkKey, checkPrefix } from './object-key.ts'
import type { ByteRange, ObjectAddress, ObjectRef, ObjectStore } from './object-store.ts'
import { withoutVersions } from './without-versions.ts'

const temporary = '.backstop-tmp'
/** Where a vault's objects are. A copy of a bucket has them and not the mark: it is a vault, too. */
const objects = 'v1'
/** How the system says that a file, or a folder on the way to it, does not exist. */
const nothingThere = ['ENOENT', 'ENOTDIR']

export type LocalStoreOptions = {
  readonly path: string
  /**
   * Make the folder when it is missing, mark it as a vault folder, and try whether it can be written. Without it, opening writes nothing and
   * the folder must be a vault's.
   */
  readonly create: boolean
  readonly random: Random
}

/** Opens the store in a local folder. @throws {StoreUnavailable} the folder is missing or no vault's, or cannot be made or written */
export async function openLocalStore(options: LocalStoreOptions): Promise<ObjectStore> {
  const folder = resolve(options.path)
  try {
    if (options.create) {
      await mkdir(join(folder, temporary), { recursive: true, mode: 0o700 })
      await probeWritable(folder, options.random)
    } else if (!(await isVault(folder))) throw folderMissing(folder)
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? folderMissing(folder, error) : storeError(folder, error)
  }
  return localStore(folder, options.random)
}

function localStore(folder: string, random: Random): ObjectStore {
  const path = (key: string) => join(folder, checkKey(key))
  const guard = async <T>(key: string, work: () => Promise<T>, absent: readonly string[] = ['ENOENT']): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!absent.includes(errnoOf(error) ?? '')) throw storeError(folder, error)
      throw (await isVault(folder)) ? objectMissing(folder, key) : folderMissing(folder, error)
    }
  }
  const createFrom = (key: string, body: AsyncIterable<Uint8Array>): Promise<ObjectRef> => {
    const target = path(key)
    const source = watched(body)
    return guard(key, async () => ({ key, sizeBytes: await writeOnce(folder, target, source, random) })).catch((error) => {
      throw source.failed() ? source.reason() : error
    })
  }
  const look = async ({ key }: ObjectAddress) => {
    const target = path(key)
    const found = await guard(key, () => stat(target), nothingThere)
    if (!found.isFile()) throw objectMissing(folder, key)
    return { key, sizeBytes: found.size, lastModified: found.mtime }
  }
  async function* list(prefix: string, { startAfter = '' }: { readonly startAfter?: string } = {}) {
    checkPrefix(prefix)
    if (!(await isVault(folder))) throw folderMissing(folder)
    yield* listFolder(folder, prefix, startAfter)
  }
  return {
    name: `folder ${folder}`,
    ...withoutVersions({ list, stat: look }),
    create: async (key, body) => createFrom(key, single(body)),
    createFrom: async (key, body) => createFrom(key, body),
    async read({ key }, range) {
      const target = path(key)
      const bytes = await guard(key, () => readFrom(target, range), nothingThere)
      if (bytes === undefined) throw objectMissing(folder, key)
      return bytes
    },
    stat: look,
    list,
    abortUnfinished: (before) => removeDrafts(folder, before),
    async remove({ key }) {
      const target = path(key)
      await guard(key, () => rm(target, { force: true }), nothingThere)
      await syncFolder(dirname(target)).catch((error) => {
        if (errnoOf(error) !== 'ENOENT') throw storeError(folder, error)
      })
    },
  }
}

/** What a crash has left of writes begun before `before`. Returns how many there were. */
async function removeDrafts(folder: string, before: Date): Promise<number> {
  try {
    const drafts = (await readdir(join(folder, temporary))).map((name) => join(folder, temporary, name))
    let removed = 0
    for (const draft of drafts) {
      const found = await stat(draft).catch(ignoreAbsence)
      if (found === undefined || found.mtime >= before) continue
      await rm(draft, { force: true })
      removed += 1
    }
    return removed
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0
    throw storeError(folder, error)
  }
}

function ignoreAbsence(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error
}

/** Writes `body` to a temporary file, makes it durable, and gives it its name if that is free. Returns its size in bytes. */
async function writeOnce(folder: string, target: string, body: AsyncIterable<Uint8Array>, random: Random): Promise<number> {
  if (await exists(target)) throw taken(target)
  const draft = join(folder, temporary, Buffer.from(random.bytes(16)).toString('hex'))
  const file = await open(draft, 'wx', 0o600).catch(async (error) => {
    // A copy of a vault has no such folder yet.
    if (errnoOf(error) !== 'ENOENT' || !(await isVault(folder))) throw error
    await mkdir(join(folder, temporary), { mode: 0o700, recursive: true })
    return open(draft, 'wx', 0o600)
  })
  try {
    const size = await fill(file, body)
    await makeFolders(folder, dirname(target))
    await link(draft, target).catch((error) => {
      throw errnoOf(error) === 'EEXIST' ? taken(target, error) : error
    })
    await syncFolder(dirname(target))
    return size
  } finally {
    await rm(draft, { force: true })
  }
}

async function fill(file: FileHandle, body: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    let size = 0
    for await (const chunk of body) {
      await file.writeFile(chunk)
      size += chunk.byteLength
    }
    await file.sync()
    return size
  } finally {
    await file.close()
  }
}

/** Makes the folders between the vault's folder and `leaf`, each durable in its parent. */
async function makeFolders(folder: string, leaf: string): Promise<void> {
  if (leaf === folder || (await exists(leaf))) return
  await makeFolders(folder, dirname(leaf))
  await mkdir(leaf, { mode: 0o700 }).catch((error) => {
    if (errnoOf(error) !== 'EEXIST') throw error
  })
  await syncFolder(dirname(leaf))
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a directory for syncing; its file system journals the entry itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readFrom(target: string, range: ByteRange | undefined): Promise<Uint8Array | undefined> {
  const file = await open(target, 'r')
  try {
    const found = await file.stat()
    if (!found.isFile()) return undefined
    const { size } = found
    const start = Math.min(range?.start ?? 0, size)
    const end = Math.min(range?.end ?? size, size)
    const bytes = Buffer.allocUnsafe(Math.max(0, end - start))
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  } finally {
    await file.close()
  }
}

async function probeWritable(folder: string, random: Random): Promise<void> {
  const probe = join(folder, temporary, Buffer.from(random.bytes(16)).toString('hex'))
  await (await open(probe, 'wx', 0o600)).close()
  await rm(probe)
}

async function isVault(folder: string): Promise<boolean> {
  return (await exists(join(folder, temporary))) || (await exists(join(folder, objects)))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => {
      if (errnoOf(error) === 'ENOENT') return false
      throw error
    },
  )
}

/** Passes `body` on and remembers its failure, so that a broken download is not reported as a broken disk. */
function watched(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> & { failed(): boolean; reason(): unknown } {
  const failures: unknown[] = []
  return {
    failed: () => failures.length > 0,
    reason: () => failures[0],
    async *[Symbol.asyncIterator]() {
      try {
        yield* body
      } catch (error) {
        failures.push(error)
        throw error
      }
    },
  }
}

async function* single(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body
}

function taken(target: string, cause?: unknown): AlreadyExists {
  return new AlreadyExists(`There is already an object at ${target}. It was left as it is.`, { cause })
}
