import { plural } from './values.ts'

/** Why an item was not stored whole, in words; the keys are the codes of manifest rows (docs/VAULT-FORMAT.md, "Rows"). */
const words: Readonly<Record<string, string>> = {
  clientEncrypted: 'encrypted by the customer’s own keys: Google hands out no content, so name, place and sharing were stored',
  noExportFormat: 'of a Google type that has no export format, so name, place and sharing were stored',
  exportTooLarge: 'over Google’s limit for exports',
  downloadForbidden: 'whose download is forbidden by their owner or the drive',
  abusive: 'flagged by Google as malware or spam',
  providerError: 'for which Google answered with an error each time; the next backup tries again',
  providerRefused: 'that Google refused to hand out',
  keepsChanging: 'that kept changing while they were read; the next backup tries again',
  notFound: 'that were gone before they could be read',
  accessDenied: 'whose sharing the connected person may not read; make that person a Manager of the drive',
  danglingShortcut: 'that are shortcuts to something that is gone or out of reach',
  commentsRefused: 'whose comments Google does not hand out',
  parentUnseen: 'stored whole, but in a folder that the connected person cannot see',
  incompleteSearch: 'that Google’s listing left out',
}

/**
 * One line a reason, the most frequent first. `outcomes` is a run's histogram: `stored`, which needs no reason, and `<status>:<reason>`.
 * An unknown code is shown as it is: nothing is silent.
 */
export function reasonLines(outcomes: Readonly<Record<string, number>>): string[] {
  return Object.entries(outcomes)
    .filter(([outcome]) => outcome !== 'stored')
    .map(([outcome, count]) => [outcome.slice(outcome.indexOf(':') + 1), count] as const)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${plural(count, 'item')} ${words[reason] ?? `with the reason ${reason}`}.`)
}
