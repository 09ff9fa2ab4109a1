import type { At } from './choose-snapshot.ts'

const day = /^\d{4}-\d\d-\d\d$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

/** Digits are a generation; a day means its end in UTC; a time needs its zone, so that it means the same everywhere. */
export function parseAt(text: string | undefined): At | 'unclear' {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text) > 0 ? { gen: Number(text) } : 'unclear'
  if (!day.test(text) && !moment.test(text)) return 'unclear'
  const notAfter = new Date(day.test(text) ? `${text}T23:59:59.999Z` : text)
  return Number.isNaN(notAfter.getTime()) ? 'unclear' : { notAfter }
}
