import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { WireAnswer, WireRequest } from './http/exchange.ts'
import { pagePolicy } from './http/html.ts'

const folder = join(import.meta.dirname, '../page')
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the practice Drive's own page: one document for every address of it, and its files under `/page/`. */
export function createPageFiles(setCookie: string): (request: WireRequest) => WireAnswer | undefined {
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  return (request) => {
    if (request.verb !== 'GET' && request.verb !== 'HEAD') return undefined
    if (/^\/(?:(?:file|drive)\/[^/]+|ledger)?$/.test(request.path)) return serve(files, 'index.html', { 'set-cookie': setCookie })
    if (request.path === '/favicon.ico') return { status: 204, headers: {} }
    return request.path.startsWith('/page/') ? serve(files, request.path.slice('/page/'.length), {}) : undefined
  }
}

function serve(files: ReadonlyMap<string, string>, name: string, headers: Readonly<Record<string, string>>): WireAnswer | undefined {
  const body = files.get(name)
  if (body === undefined) return undefined
  return { status: 200, headers: { ...pagePolicy, ...headers, 'content-type': types[extname(name)] ?? 'text/plain; charset=utf-8' }, body }
}
