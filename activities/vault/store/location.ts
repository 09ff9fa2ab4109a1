import { fileURLToPath } from 'node:url'
import { InvalidInput } from '../errors.ts'
import { checkPrefix } from './object-key.ts'

/** Where a vault lies, as a person writes it. */
export type StoreLocation =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      /** Empty, or ends with a slash. */
      readonly prefix: string
      readonly region?: string
      readonly endpoint?: string
    }

const forms = 'Write a path, file:///path, or s3://bucket/prefix?region=…&endpoint=….'
const known = ['region', 'endpoint']

/**
 * Reads `/path`, `file:///path` and `s3://bucket/prefix?endpoint=https://…&region=…`.
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
      'The location of the vault holds credentials. Take them out and give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    )
  if (scheme === 'file') return { kind: 'folder', path: localPath(url) }
  if (scheme === 's3') return bucketLocation(url)
  throw new InvalidInput(`A vault cannot lie at a ${scheme}:// location. ${forms}`)
}

function localPath(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new InvalidInput('The location of the vault names another machine. Write file:///path with three slashes.', { cause })
  }
}

function bucketLocation(url: URL): StoreLocation {
  const bucket = url.host
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new InvalidInput(`${JSON.stringify(bucket)} cannot be the name of a bucket: 3 to 63 of a-z, 0-9, dots and hyphens.`)
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) throw new InvalidInput(`A bucket's location has no parameter ${JSON.stringify(unknown)}. ${forms}`)
  const path = url.pathname.replace(/^\/|\/$/g, '')
  const [region, endpoint] = [url.searchParams.get('region'), url.searchParams.get('endpoint')]
  return {
    kind: 's3',
    bucket,
    prefix: path === '' ? '' : `${checkPrefix(path)}/`,
    ...(region && { region }),
    ...(endpoint && { endpoint: webAddress(endpoint) }),
  }
}

function webAddress(endpoint: string): string {
  const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : ''
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new InvalidInput('The endpoint of the bucket must begin with https:// or http://.')
  return endpoint
}
