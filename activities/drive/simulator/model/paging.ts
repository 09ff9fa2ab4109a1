/** Page tokens: opaque to clients, checked when they come back. */
import { DriveError } from './errors.ts'

export const pageSize = (asked: number | undefined, usual: number, most: number): number =>
  Math.min(Math.max(Math.trunc(asked ?? usual), 1), most)

export function encodeToken(value: unknown): string {
  return `~${Buffer.from(JSON.stringify(value)).toString('base64url')}`
}

/** @throws {DriveError} invalidPageToken for anything that {@link encodeToken} did not make */
export function decodeToken(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.slice(1), 'base64url').toString('utf8'))
    if (token.startsWith('~') && Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new DriveError('invalidPageToken')
}

/** A page out of a short list, by offset. */
export function slicePage<T>(
  list: readonly T[],
  size: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly nextPageToken?: string } {
  const from = token === undefined ? 0 : decodeToken(token)[0]
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 0) throw new DriveError('invalidPageToken')
  const page = list.slice(from, from + size)
  return from + size < list.length ? { page, nextPageToken: encodeToken([from + size]) } : { page }
}
