import { fileURLToPath } from 'node:url'
import { InvalidInput } from '../errors.ts'
import { checkPrefix } from './object-key.ts'
import type { NewLock } from './s3/lock.ts'

/** Where a vault lies, as a person writes it. A `prefix` is empty, or ends with a slash. */
export type StoreLocation =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly prefix: string
      readonly region?: string
      readonly endpoint?: string
      /** What each new object is locked with. */
      readonly lock?: NewLock
    }
  | {
      readonly kind: 'azure'
      readonly account: string
      readonly container: string
      readonly prefix: string
      readonly endpoint?: string
    }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly prefix: string; readonly endpoint?: string }

const forms =
  'Write a path, file:///path, s3://bucket/prefix?region=…&endpoint=…&lock=DAYS, azure://account/container/prefix?endpoint=…, or gs://bucket/prefix?endpoint=….'

/** How each provider writes the names of its buckets. */
const s3Name = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const gcsName = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/
const azureAccount = /^[a-z0-9]{3,24}$/
const azureContainer = /^[a-z0-9](?:-?[a-z0-9]){2,62}$/

const longestLockDays = 36_500

/**
 * Reads `/path`, `file:///path`, and the locations of buckets and containers.
 * @throws {InvalidInput} it is none of them; the message does not repeat what may be a secret in it
 */
export function parseLocation(text: string): StoreLocation {
  if (text === '') throw new InvalidInput(`The location of the vault is empty. ${forms}`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return { kind: 'folder', path: text }
  if (!URL.canParse(text)) throw new InvalidInput(`The location of the vault is no URL. ${forms}`)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    throw new InvalidInput(
      'The location of the vault holds credentials. Take them out and give them by the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AZURE_STORAGE_KEY, or GOOGLE_APPLICATION_CREDENTIALS.',
    )
  if (scheme === 'file') return { kind: 'folder', path: localPath(url) }
  if (scheme === 's3') return s3Location(url)
  if (scheme === 'azure') return azureLocation(url)
  if (scheme === 'gs') return gcsLocation(url)
  throw new InvalidInput(`A vault cannot lie at a ${scheme}:// location. ${forms}`)
}

function localPath(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new InvalidInput('The location of the vault names another machine. Write file:///path with three slashes.', { cause })
  }
}

function s3Location(url: URL): StoreLocation {
  const { region, endpoint, lock, 'lock-mode': mode } = parameters(url, ['region', 'endpoint', 'lock', 'lock-mode'])
  return {
    kind: 's3',
    bucket: named(url.host, 'bucket', s3Name),
    prefix: prefixOf(url.pathname),
    ...(region && { region }),
    ...(endpoint && { endpoint: webAddress(endpoint) }),
    ...((lock ?? mode) !== undefined && { lock: lockOf(lock, mode) }),
  }
}

function azureLocation(url: URL): StoreLocation {
  const { endpoint } = parameters(url, ['endpoint'])
  const [, container = '', ...path] = url.pathname.split('/')
  return {
    kind: 'azure',
    account: named(url.host, 'storage account', azureAccount),
    container: named(container, 'container', azureContainer),
    prefix: prefixOf(path.join('/')),
    ...(endpoint && { endpoint: webAddress(endpoint) }),
  }
}

function gcsLocation(url: URL): StoreLocation {
  const { endpoint } = parameters(url, ['endpoint'])
  const bucket = named(url.host, 'bucket', gcsName)
  return { kind: 'gcs', bucket, prefix: prefixOf(url.pathname), ...(endpoint && { endpoint: webAddress(endpoint) }) }
}

function named(name: string, what: string, shape: RegExp): string {
  if (!shape.test(name)) throw new InvalidInput(`${JSON.stringify(name)} cannot be the name of a ${what}. ${forms}`)
  return name
}

function prefixOf(path: string): string {
  const trimmed = path.replace(/^\/|\/$/g, '')
  return trimmed === '' ? '' : checkPrefix(`${trimmed}/`)
}

function parameters<Name extends string>(url: URL, known: readonly Name[]): Partial<Record<Name, string>> {
  const given = [...url.searchParams.entries()]
  const unknown = given.find(([name]) => !known.some((one) => one === name))
  if (unknown !== undefined)
    throw new InvalidInput(`A location of the kind ${url.protocol}// has no parameter ${JSON.stringify(unknown[0])}. ${forms}`)
  return Object.fromEntries(given) as Partial<Record<Name, string>>
}

function lockOf(days: string | undefined, mode = 'GOVERNANCE'): NewLock {
  if (days === undefined || !/^[0-9]{1,5}$/.test(days) || Number(days) < 1 || Number(days) > longestLockDays)
    throw new InvalidInput(`lock=… of a bucket's location says for how many days each object is locked: 1 to ${longestLockDays}.`)
  const upper = mode.toUpperCase()
  if (upper !== 'GOVERNANCE' && upper !== 'COMPLIANCE')
    throw new InvalidInput(
      "lock-mode=… of a bucket's location is governance, which a person with a special right can lift, or compliance, which nobody can.",
    )
  return { mode: upper, days: Number(days) }
}

function webAddress(endpoint: string): string {
  const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : ''
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new InvalidInput('The endpoint of the bucket must begin with https:// or http://.')
  return endpoint
}
