import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import type { Io } from '../../local/io.ts'

/** What the terminal commands get from the process that they run in. */
export type Outside = {
  readonly env: NodeJS.ProcessEnv
  readonly io: Io
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the person wants to stop. */
  readonly stop: AbortSignal
}
