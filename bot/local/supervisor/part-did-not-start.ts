import type { Part } from './part.ts'

/** A part ended, or did not come up in time. The message is one line; the part's own last lines say more. */
export class PartDidNotStart extends Error {
  override readonly name = 'PartDidNotStart'
  readonly lastLines: readonly string[]
  /** The part ran out of disk: what to do about that is known. */
  readonly isDiskFull: boolean

  constructor(part: Part, what: string, lastLines: readonly string[], logFile: string) {
    const isDiskFull = /no space left on device|ENOSPC|database or disk is full/i.test(lastLines.join('\n'))
    super(
      isDiskFull
        ? `${part.title} needs space, and the disk is full: free some. Its log is ${logFile}`
        : `${part.title} ${what}. Its log is ${logFile}`,
    )
    this.lastLines = lastLines
    this.isDiskFull = isDiskFull
  }
}
