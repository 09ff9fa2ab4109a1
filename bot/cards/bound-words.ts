import type { Bound } from '../../workflows/policy/estimate.ts'

/** What decides how long a backup takes, in words. */
export const boundWords: Readonly<Record<Bound, string>> = {
  speed: 'the speed of downloads',
  units: 'Google’s quota units',
  egress: 'the bytes that may come out of Drive in a day without charge',
}
