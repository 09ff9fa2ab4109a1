/** Finds a route by verb and path. Literal segments go before placeholders, so `files/trash` is not a file of that name. */
export type Route<T> = { readonly verb: string; readonly path: string; readonly target: T }
export type Found<T> = { readonly target: T; readonly ids: Readonly<Record<string, string>> }

type Node<T> = {
  readonly literal: Map<string, Node<T>>
  any?: Node<T>
  readonly ends: Map<string, { target: T; names: readonly string[] }>
}

export type Router<T> = (verb: string, path: string) => Found<T> | 'no such path' | 'other verb'

/** Compiles routes such as `/drive/v3/files/{fileId}`. A placeholder takes exactly one segment and is percent-decoded. */
export function createRouter<T>(routes: readonly Route<T>[]): Router<T> {
  const root = emptyNode<T>()
  for (const { verb, path, target } of routes) {
    const segments = split(path)
    let node = root
    for (const segment of segments) node = child(node, segment)
    node.ends.set(verb, { target, names: segments.filter(isPlaceholder).map((segment) => segment.slice(1, -1)) })
  }
  return (verb, path) => {
    const values: string[] = []
    const node = walk(root, split(path), 0, values)
    if (!node) return 'no such path'
    const end = node.ends.get(verb)
    if (!end) return 'other verb'
    return { target: end.target, ids: Object.fromEntries(end.names.map((name, at) => [name, values[at] ?? ''])) }
  }
}

function walk<T>(node: Node<T>, segments: readonly string[], at: number, values: string[]): Node<T> | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.ends.size > 0 ? node : undefined
  const literal = node.literal.get(segment)
  const found = literal && walk(literal, segments, at + 1, values)
  if (found || !node.any || segment === '') return found
  const decoded = decode(segment)
  if (decoded === undefined) return undefined
  values.push(decoded)
  const below = walk(node.any, segments, at + 1, values)
  if (!below) values.pop()
  return below
}

function child<T>(node: Node<T>, segment: string): Node<T> {
  if (isPlaceholder(segment)) {
    node.any ??= emptyNode()
    return node.any
  }
  const known = node.literal.get(segment) ?? emptyNode<T>()
  node.literal.set(segment, known)
  return known
}

function emptyNode<T>(): Node<T> {
  return { literal: new Map(), ends: new Map() }
}

function isPlaceholder(segment: string): boolean {
  return segment.startsWith('{')
}

function split(path: string): string[] {
  return path.split('/').slice(1)
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
