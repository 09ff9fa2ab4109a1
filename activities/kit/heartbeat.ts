import { Context } from '@temporalio/activity'
import type { Clock } from '../../db/kit/clock.ts'

/**
 * What a long activity needs of the machinery around it. Activities take it as a parameter, so that they also run without Temporal.
 * `Cursor` is small and says how far the work has come for good.
 */
export type Heartbeat<Cursor> = {
  /** Aborted when the work is to stop: canceled, timed out, or the worker shuts down. */
  readonly signal: AbortSignal
  /** Where an earlier attempt of this activity got to. */
  readonly last: Cursor | undefined
  /** Says that the work lives and has come as far as `cursor`. Cheap: it is sent on a few times a minute only. */
  beat(cursor: Cursor): void
}

/** The heartbeat of the activity that is running. @throws {Error} outside an activity */
export function activityHeartbeat<Cursor>(): Heartbeat<Cursor> {
  const context = Context.current()
  return {
    signal: context.cancellationSignal,
    last: context.info.heartbeatDetails as Cursor | undefined,
    beat: (cursor) => context.heartbeat(cursor),
  }
}

/** A heartbeat for use outside Temporal. `beats` collects the cursors. */
export function looseHeartbeat<Cursor>(
  options: { readonly signal?: AbortSignal; readonly last?: Cursor } = {},
): Heartbeat<Cursor> & { readonly beats: readonly Cursor[] } {
  const beats: Cursor[] = []
  return {
    signal: options.signal ?? new AbortController().signal,
    last: options.last,
    beats,
    beat: (cursor) => {
      beats.push(cursor)
    },
  }
}

const repeatMs = 5_000

/**
 * Runs `work` and repeats its newest cursor every five seconds, so that one long item (a file of many gigabytes) is not taken for a dead
 * worker, and a cancellation reaches it soon.
 */
export async function whileBeating<Cursor, Result>(
  clock: Clock,
  heartbeat: Heartbeat<Cursor>,
  work: (heartbeat: Heartbeat<Cursor>) => Promise<Result>,
): Promise<Result> {
  let newest = heartbeat.last
  const stop = clock.every(repeatMs, () => heartbeat.beat(newest as Cursor))
  try {
    return await work({
      ...heartbeat,
      beat: (cursor) => {
        newest = cursor
        heartbeat.beat(cursor)
      },
    })
  } finally {
    stop()
  }
}
