import { NotFound, StoreUnavailable, VaultError } from '../errors.ts'

/** What went wrong with the folder and what a person can do, by the system's error code. */
const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space or move the vault to a larger disk; the backup goes on from where it stopped.',
  EDQUOT: 'The disk quota is used up. Raise it or free some space; the backup goes on from where it stopped.',
  EACCES: 'This process may not use the folder. Give its user read and write permission.',
  EPERM: 'The file system refuses the operation. The vault needs a folder that it may write and whose file system has hard links.',
  ENOTSUP: 'The file system has no hard links, which the vault needs to commit safely. Choose a folder on another file system.',
  EROFS: 'The file system is mounted read-only. Mount it for writing.',
  ENOTDIR: 'A part of the path is a file, not a folder. Move it away or choose another folder.',
  EMFILE: 'This process has too many open files. Raise its limit (ulimit -n).',
  ENFILE: 'The system has too many open files. Raise its limit.',
  EIO: 'The disk reports a read or write error. Check the disk before anything else.',
  EFBIG: 'The object is larger than this process or the file system may write. Raise its limit (ulimit -f) or choose another file system.',
  ENAMETOOLONG: 'The path is too long for the file system. Choose a folder with a shorter path.',
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Turns a file-system error into a {@link StoreUnavailable} that names the folder and the way out; passes vault errors through. */
export function storeError(folder: string, error: unknown): Error {
  if (error instanceof VaultError) return error
  const code = errnoOf(error)
  // Not from the file system at all: a caller's stream that broke, for example.
  if (code === undefined || !(error instanceof Error) || !('syscall' in error))
    return error instanceof Error ? error : new Error(String(error))
  const sentence = sentences[code] ?? `The file system says ${code}. Check the folder and try again.`
  return new StoreUnavailable(`The vault folder ${folder} cannot be used. ${sentence}`, { cause: error })
}

export function folderMissing(folder: string, cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(
    `The vault folder ${folder} is not there, or is not a vault folder. Is its disk mounted? Nothing was created in its place.`,
    { cause },
  )
}

export function objectMissing(folder: string, key: string): NotFound {
  return new NotFound(`The vault folder ${folder} has no object ${key}.`)
}
