/** A value in a search query: https://developers.google.com/workspace/drive/api/guides/search-files */
export function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
