import type { Program } from '../processes/child.ts'

/** One process of one-machine mode: how to run it, how to tell that it is up, how to end it. */
export type Part = {
  /** For files and logs. */
  readonly name: string
  /** For people. */
  readonly title: string
  /** Asked before each start. */
  readonly program: () => Program
  /**
   * `line`: the part itself prints one JSON line when it is ready, which is handed to {@link onReady}.
   * Otherwise the part is ready when the question is answered; a rejection means *not yet*.
   */
  readonly ready: 'line' | (() => Promise<ReadyFacts>)
  /** Told each time that the part has come up. */
  readonly onReady?: (facts: ReadyFacts) => void
  readonly stopSignal: NodeJS.Signals
  /** How long it may take to stop before it is killed. */
  readonly graceMs: number
}

/** What is known of a part that is up: its version, or whatever its line of JSON says. */
export type ReadyFacts = { readonly version?: string | undefined; readonly [fact: string]: unknown }

/** How long a part may take to come up. */
export const readyWithinMs = 60_000
