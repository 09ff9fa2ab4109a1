/** The top level is fixed: code has five folders, and a new one is a decision that changes this list. */
const folders = ['bot', 'workflows', 'activities', 'db', 'test', 'docs']

/** Top-level folders that are not in the layout. Hidden folders belong to tools. */
export function strangeFolders(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => !name.startsWith('.') && !folders.includes(name))
    .map((name) => `${name}/ is not in the layout of docs/ARCHITECTURE.md`)
}
