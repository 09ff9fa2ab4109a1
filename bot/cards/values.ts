import { type DriveStatus, type JobStatus, statusLabel } from '../../workflows/policy/vocabulary.ts'
import type { Tone, Value } from './model.ts'

/** Short makers of typed values, so that builders read like what they show. */

export const time = (at: Date): Value => ({ type: 'time', at: at.toISOString() })
export const bytes = (count: number): Value => ({ type: 'bytes', bytes: count })
export const duration = (ms: number): Value => ({ type: 'duration', ms })
export const code = (text: string): Value => ({ type: 'code', text })
export const link = (text: string, url: string): Value => ({ type: 'link', text, url })

/** A person's name and who it is, for mentions. */
export type Named = { readonly id: string; readonly displayName: string }
export const person = ({ id, displayName }: Named): Value => ({ type: 'person', personId: id, name: displayName })

export const count = (value: number, one?: string, many = one === undefined ? undefined : `${one}s`): Value => ({
  type: 'count',
  count: value,
  ...(one !== undefined && many !== undefined && { one, many }),
})

const driveTones: Readonly<Record<DriveStatus, Tone>> = {
  'not-active': 'info',
  scheduled: 'info',
  success: 'ok',
  'in-process': 'info',
  failed: 'fail',
  paused: 'warn',
  archived: 'info',
  partial: 'warn',
}
export const driveStatusValue = (status: DriveStatus): Value => ({
  type: 'status',
  tone: driveTones[status],
  text: statusLabel('drive', status),
})

export const jobTones: Readonly<Record<JobStatus, Tone>> = {
  'in-progress': 'info',
  succeeded: 'ok',
  'partially-succeeded': 'warn',
  failed: 'fail',
  pending: 'info',
  canceled: 'warn',
}
export const jobStatusValue = (status: JobStatus): Value => ({ type: 'status', tone: jobTones[status], text: statusLabel('job', status) })

export const connectionValue = (connection: 'Connected' | 'Disconnected'): Value => ({
  type: 'status',
  tone: connection === 'Connected' ? 'ok' : 'fail',
  text: connection,
})

/** "1 file", "1,204 files": for sentences. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`

/** A moment in a sentence, where a typed value cannot stand. */
export const utc = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** At most `most` characters (by code point), for names in sentences. */
export function short(name: string, most = 80): string {
  const letters = [...name]
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join('')}…`
}

/** The first names and how many more there are: "A, B and 3 more". */
export function namesInWords(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => short(name))
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? 'nothing')
}
