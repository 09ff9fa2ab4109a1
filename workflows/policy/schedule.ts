/** SET-18: the four frequencies, in the words of the settings form. */
export const frequencies = ['Daily', 'Every 3 days', 'Weekly', '3 times a day'] as const
export type Frequency = (typeof frequencies)[number]

const dayMs = 86_400_000
const hourMs = 3_600_000

/** When a task runs: every `everyMs` since the epoch, shifted by `offsetMs`. The form that a Temporal schedule takes. */
export type Slots = { readonly everyMs: number; readonly offsetMs: number }

/**
 * The slots of a task (SET-18, SET-19, G9): "3 times a day" is h, h+8, h+16 UTC; "Weekly" and "Every 3 days" count from the day of `anchor`,
 * the first activation, so that a change of the hour never moves the day.
 */
export function slots(frequency: Frequency, hourUtc: number, anchor: Date): Slots {
  const hour = hourUtc * hourMs
  if (frequency === '3 times a day') return { everyMs: 8 * hourMs, offsetMs: hour % (8 * hourMs) }
  const days = { Daily: 1, 'Every 3 days': 3, Weekly: 7 }[frequency]
  const anchorDay = Math.floor(anchor.getTime() / dayMs) % days
  return { everyMs: days * dayMs, offsetMs: anchorDay * dayMs + hour }
}

/** The first slot strictly after `from`. */
export function nextSlot({ everyMs, offsetMs }: Slots, from: Date): Date {
  const passed = Math.floor((from.getTime() - offsetMs) / everyMs)
  return new Date((passed + 1) * everyMs + offsetMs)
}
