import { InvalidKey } from '../errors.ts'

const part = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/
const longestKey = 900

/**
 * Returns `key` when it is one that every store can hold and no file system can misread (see {@link ObjectStore}).
 * @throws {InvalidKey} otherwise; the message shows the key as JSON, cut to 80 characters
 */
export function checkKey(key: string): string {
  if (key.length > longestKey || !key.split('/').every((name) => part.test(name))) throw refused('object key', key)
  return key
}

/** Returns `prefix` when it is the beginning of a valid key; the empty one means everything. @throws {InvalidKey} otherwise */
export function checkPrefix(prefix: string): string {
  if (prefix === '') return prefix
  checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
  return prefix
}

/** Returns `id` when it may stand in a key as an account's or a drive's id. @throws {InvalidKey} otherwise */
export function checkId(what: 'account id' | 'drive id', id: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw refused(what, id)
  return id
}

function refused(what: string, value: string): InvalidKey {
  return new InvalidKey(`This ${what} cannot be used in a vault: ${JSON.stringify(value.slice(0, 80))}. Nothing was read or written.`)
}
