/** Keeps parts running: what dies is started again, sooner at first and later at last, and each time says so in a line. */
import type { Part } from './part.ts'
import { howItEnded, type RunningPart, runPart, type Surroundings } from './run-part.ts'

export type Supervisor = {
  /** Starts a part and keeps it running. @throws {PartDidNotStart} when it does not come up at first; nothing of it is left running */
  start(part: Part): Promise<RunningPart>
  /** Ends the parts of each group together, the groups one after the other. Those that were never started are passed over. */
  stop(groups: readonly (readonly string[])[]): Promise<void>
}

/** The pause before the `failures`-th start in a row, in milliseconds: half a second, doubled up to five: somebody sits before the machine and waits. */
export function backoffMs(failures: number): number {
  return Math.min(500 * 2 ** (failures - 1), 5_000)
}

/** A part that has been up this long is forgiven its earlier ends. */
const forgivenAfterMs = 60_000

/** The first start is tried this often: what a killed predecessor held, such as shared memory, can take a moment to be free. */
const firstTries = 3

type Kept = { readonly part: Part; current: RunningPart | undefined; watch: Promise<void> }

export function supervisor(surroundings: Surroundings): Supervisor {
  const { clock, say } = surroundings
  const ending = new AbortController()
  const kept = new Map<string, Kept>()

  async function start(part: Part): Promise<RunningPart> {
    ending.signal.throwIfAborted()
    const starting = firstStart(part)
    const entry: Kept = { part, current: undefined, watch: Promise.resolve() }
    kept.set(part.name, entry)
    // Who stops before the part is up waits for this, too.
    entry.watch = starting.then(
      (running) => {
        entry.current = running
        return keepRunning(entry)
      },
      () => undefined,
    )
    return starting
  }

  async function firstStart(part: Part): Promise<RunningPart> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runPart(part, surroundings, ending.signal)
      } catch (error) {
        if (ending.signal.aborted || attempt === firstTries) throw error
        await clock.sleep(backoffMs(attempt))
      }
    }
  }

  async function keepRunning(entry: Kept): Promise<void> {
    let failures = 0
    let upSince = clock.now().getTime()
    while (entry.current) {
      const exit = await entry.current.child.exited
      entry.current = undefined
      if (ending.signal.aborted) return
      if (clock.now().getTime() - upSince > forgivenAfterMs) failures = 0
      say(`! ${entry.part.title} ${howItEnded(exit)}; starting it again`)
      while (!entry.current) {
        failures += 1
        if (!(await pause(backoffMs(failures)))) return
        entry.current = await startAgain(entry.part)
        if (ending.signal.aborted) return
      }
      upSince = clock.now().getTime()
    }
  }

  async function startAgain(part: Part): Promise<RunningPart | undefined> {
    const began = clock.now().getTime()
    try {
      const running = await runPart(part, surroundings, ending.signal)
      say(`✓ ${part.title} is back after ${seconds(clock.now().getTime() - began)}`)
      return running
    } catch (error) {
      if (!ending.signal.aborted) say(`! ${(error as Error).message}. It will be tried again`)
      return undefined
    }
  }

  /** False when everything is being stopped. */
  async function pause(ms: number): Promise<boolean> {
    try {
      await clock.sleep(ms, ending.signal)
      return true
    } catch {
      return false // the only reason to reject is the signal
    }
  }

  async function stop(groups: readonly (readonly string[])[]): Promise<void> {
    ending.abort(new Error('Backstop is being stopped'))
    for (const group of groups) await Promise.all(group.map(stopOne))
  }

  async function stopOne(name: string): Promise<void> {
    const entry = kept.get(name)
    if (!entry) return
    await entry.current?.child.stop(entry.part.stopSignal, entry.part.graceMs)
    await entry.watch
  }

  return { start, stop }
}

/** A duration for people: `0.8 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
