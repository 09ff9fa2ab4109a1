/** A failure that the person who started Backstop can do something about: its message is all that is shown. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}

/** The sentence for a full disk; other errors are returned as they are. */
export function fullDisk(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new StartFailure(
    `The disk that holds ${folder} is full. Free some space, or choose another folder with --data DIR; nothing was lost.`,
    { cause: error },
  )
}

/** The sentence for a folder that cannot be opened for writing; other errors are returned as they are. */
export function folderFailure(error: unknown, folder: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartFailure(`Backstop may not write to ${folder}. Give yourself the right to, or choose another folder with --data DIR.`)
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartFailure(`${folder} is not a folder. Move that file away, or choose a folder with --data DIR.`)
    default:
      return fullDisk(error, folder)
  }
}
