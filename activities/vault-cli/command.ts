import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'

/** What a command of `backstop vault` finds around it. */
export type Outside = {
  readonly env: NodeJS.ProcessEnv
  /** A line of the result, on standard output. */
  readonly say: (line: string) => void
  /** A line about the progress, or a warning, on standard error: it does not mix with a result that is read by a program. */
  readonly note: (line: string) => void
  /** What a person at the terminal types after `question`; nothing when the input has ended. */
  readonly ask?: (question: string) => Promise<string | undefined>
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly stop: AbortSignal
  readonly clock: Clock
  readonly random: Random
}

/** One command of `backstop vault`. */
export type VaultCommand = {
  /** What `backstop vault NAME --help` shows: usage, what it does, its options and an example. */
  readonly help: string
  /** @returns the exit code: 0 done and well, 1 done and something is not well. @throws {UsageError} for arguments that cannot be */
  run(args: readonly string[], outside: Outside): Promise<number>
}

/** The command was called in a way that cannot be; its help is shown below the message. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for cannot be done as things are; the message says why and what to do. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}
