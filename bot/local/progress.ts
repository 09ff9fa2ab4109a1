import type { Clock } from '../../db/kit/clock.ts'
import type { Io } from './io.ts'
import { seconds } from './supervisor/supervisor.ts'

/** Does one step of the start and shows it in one line: what it is called, what came of it, and how long it took. */
export type Step = (title: string, work: () => Promise<string | undefined>) => Promise<void>

export function progress(io: Io, clock: Clock): Step {
  return async (title, work) => {
    const began = clock.now().getTime()
    const result = await work()
    io.say(`✓ ${`${title} ${result ?? ''}`.trimEnd().padEnd(48)} ${seconds(clock.now().getTime() - began).padStart(7)}`)
  }
}
