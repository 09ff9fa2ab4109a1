const tops = /^(?:files|trash|orphans|deep)\//

/**
 * Whether a path of the extracted tree was asked for: it is `wanted` or lies below it. `wanted` may begin with the top (`trash/Reports`) or
 * leave it out. Everything is selected when nothing is wanted; what has no path on disk only then.
 */
export function selection(wanted: string | undefined): (path: string | undefined) => boolean {
  if (wanted === undefined) return () => true
  const asked = wanted.normalize('NFC').replace(/^\/+|\/+$/g, '')
  const lies = (path: string) => path === asked || path.startsWith(`${asked}/`)
  return (path) => path !== undefined && (asked === '' || lies(path) || lies(path.replace(tops, '')))
}
