/**
 * The account key in a file, readable by its owner alone: canonical JSON `{"check":…,"format":1,"key":"<32 bytes in base64>"}`, the same
 * document as the vault's (`activities/vault/keys`), so that one file serves both. `check` tells a damaged key from a right one.
 */
import { createHash } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newId, type Random } from './random.ts'
import { SealError } from './seal.ts'

/** The key file cannot be read, made or trusted. */
export class KeyFileUnusable extends SealError {
  override readonly name = 'KeyFileUnusable'
}

/**
 * The 32 bytes of the key file at `path`. When there is none it is made, with a new key; of several processes that do so at once, all get
 * the same key. What it returns has been safely written.
 * @throws {KeyFileUnusable} not readable, damaged, or readable by others
 */
export async function loadKeyFile(path: string, random: Random): Promise<Uint8Array> {
  return (await read(path)) ?? (await create(path, random))
}

async function read(path: string): Promise<Uint8Array | undefined> {
  let text: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new KeyFileUnusable(`The key file ${path} can be read by others. Run: chmod 600 ${path}`)
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (error instanceof KeyFileUnusable) throw error
    throw new KeyFileUnusable(`The key file ${path} cannot be read (${codeOf(error)}). Give this user permission to read it.`, {
      cause: error,
    })
  }
  if (/"sealed"/.test(text))
    throw new KeyFileUnusable(`The key file ${path} is locked with a passphrase. Stored secrets need a key file of their own, without one.`)
  const key = parse(text)
  if (key?.length !== 32)
    throw new KeyFileUnusable(`The key file ${path} is damaged. Put back a copy of it; a new key would not open what is stored.`)
  return key
}

function parse(text: string): Uint8Array | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== 1) return undefined
    const key = 'key' in value && typeof value.key === 'string' ? Buffer.from(value.key, 'base64') : undefined
    return key && 'check' in value && value.check === checkOf(key) ? key : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function documentOf(key: Uint8Array): string {
  return JSON.stringify({ check: checkOf(key), format: 1, key: Buffer.from(key).toString('base64') })
}

function checkOf(key: Uint8Array): string {
  return createHash('sha256').update('backstop account key\0').update(key).digest('hex').slice(0, 16)
}

/** Writes a complete file beside it first and then gives it its name, which only one of several processes can do. */
async function create(path: string, random: Random): Promise<Uint8Array> {
  const draft = `${path}.${newId(random, 'new')}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(documentOf(random.bytes(32)))
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    await unlink(draft)
    await syncFolder(dirname(path))
  } catch (error) {
    throw new KeyFileUnusable(`The key file ${path} cannot be made (${codeOf(error)}). Check its folder and the space on its disk.`, {
      cause: error,
    })
  }
  const key = await read(path)
  if (!key) throw new KeyFileUnusable(`The key file ${path} was removed while it was being made. Start again.`)
  return key
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
