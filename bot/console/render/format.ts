/** Typed values of a card as words, the same in the page and in the terminal. */
import type { Text, Value } from '../../cards/model.ts'

/** Who reads the card. */
export type Viewer = {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string
  /** Addresses below this origin open in the same tab. */
  readonly ownOrigin: string
}

/** The pieces of a text. */
export function pieces(text: Text): readonly Value[] {
  return typeof text === 'string' || 'type' in text ? [text] : text
}

/** A text as words alone. */
export function plain(text: Text, viewer: Pick<Viewer, 'timeZone'>): string {
  return pieces(text)
    .map((value) => words(value, viewer))
    .join('')
}

/** One value as words. A link gives its text. */
export function words(value: Value, { timeZone }: Pick<Viewer, 'timeZone'>): string {
  if (typeof value === 'string') return value
  switch (value.type) {
    case 'time':
      return moment(value.at, timeZone)
    case 'duration':
      return duration(value.ms)
    case 'bytes':
      return size(value.bytes)
    case 'rate':
      return `${size(value.bytesPerSecond)}/s`
    case 'count':
      return counted(value)
    case 'person':
      return value.name
    case 'status':
    case 'link':
    case 'code':
      return value.text
  }
}

/** `24 Nov 2026, 14:03 CET`: the day in words, so that nobody mixes up day and month, and always with its zone. */
export function moment(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at))
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** `1.4 MB`, with 1 KB = 1,000 bytes as Drive and its quota pages count. */
export function size(bytes: number): string {
  // From 999.5 on, a unit is rounded up to the next one: nobody says "1,000 KB".
  const step = units.findIndex((_, index) => bytes < 999.5 * 1_000 ** index || index === units.length - 1)
  const amount = bytes / 1_000 ** step
  if (step === 0) return `${Math.round(amount)} ${Math.round(amount) === 1 ? 'byte' : 'bytes'}`
  return `${amount.toLocaleString('en', { maximumFractionDigits: amount < 9.95 ? 1 : 0 })} ${units[step]}`
}

/** `45 s`, `12 min 5 s`, `3 h 20 min`, `2 d 4 h`: the two largest units that matter. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 1) return 'under 1 s'
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

function counted({ count, one, many }: { readonly count: number; readonly one?: string; readonly many?: string }): string {
  const number = count.toLocaleString('en')
  const noun = count === 1 ? one : (many ?? (one === undefined ? undefined : `${one}s`))
  return noun === undefined ? number : `${number} ${noun}`
}
