import type { Clock } from '../../../db/kit/clock.ts'

/** What is known of one part of Backstop. */
export type Finding = {
  readonly part: string
  readonly ok: boolean
  readonly latencyMs: number
  readonly version?: string | undefined
  /** One fact worth knowing, or why it is not well. */
  readonly detail?: string | undefined
  /** What to do, when it is not well. */
  readonly advice?: string | undefined
}

/** How one part is looked at. `ask` rejects when it is not well. */
export type Check = {
  readonly part: string
  readonly ask: () => Promise<{ readonly version?: string | undefined; readonly detail?: string | undefined }>
  readonly advice: string
}

/** Looks at one part; never rejects. */
export async function examine({ part, ask, advice }: Check, clock: Clock): Promise<Finding> {
  const began = clock.now().getTime()
  const latencyMs = () => clock.now().getTime() - began
  try {
    const facts = await ask()
    return { part, ok: true, latencyMs: latencyMs(), ...facts }
  } catch (error) {
    return { part, ok: false, latencyMs: latencyMs(), detail: reasonOf(error), advice }
  }
}

/** The first line that says something: drivers wrap the reason, and some give an error without words. */
function reasonOf(error: unknown): string {
  const texts = causes(error).map(({ message, code }) => message || code || '')
  return texts.findLast((text) => text !== '')?.split('\n')[0] ?? 'it does not answer'
}

function causes(error: unknown): readonly { message: string; code?: string }[] {
  if (!(error instanceof Error)) return []
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  return [error, ...causes(inner)]
}
