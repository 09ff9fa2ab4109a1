import type { Fault } from './faults.ts'

/** The entries of a page as an index would answer that lags behind: some of the last missing, some of the first repeated. */
export function staleEntries<T>(faults: readonly Fault[], entries: readonly T[]): readonly T[] {
  return faults.reduce<readonly T[]>((page, fault) => {
    if (fault.kind !== 'stalePage') return page
    return [...page.slice(0, fault.repeated), ...page.slice(0, Math.max(0, page.length - fault.missing))]
  }, entries)
}
