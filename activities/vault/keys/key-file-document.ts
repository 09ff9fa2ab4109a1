import { createCipheriv, createDecipheriv, createHash, scrypt } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Random } from '../../../db/kit/random.ts'
import { KeyUnavailable } from '../errors.ts'
import { canonicalBytes, parseObject } from '../format/canonical-json.ts'
import type { Json, JsonObject } from '../manifest-row.ts'

export type KeyFileOptions = {
  readonly path: string
  /** Locks the key in the file by scrypt. Needed again on every start. */
  readonly passphrase?: string
}

/** scrypt at 64 MiB and about a fifth of a second. Kept in the file, so that it may grow. */
const cost = { n: 65_536, r: 8, p: 1 }

/** The 32 bytes of the account key. @throws {KeyUnavailable} the file is missing, open to others, locked or damaged */
export async function readKeyFile(options: KeyFileOptions): Promise<Uint8Array> {
  const { path } = options
  const found = await stat(path).catch((error) => {
    throw new KeyUnavailable(
      `The account key ${path} cannot be read (${error.code}). Put the key file back; without it the vault stays closed.`,
      {
        cause: error,
      },
    )
  })
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new KeyUnavailable(`Others can read the account key ${path}. Close it with: chmod 600 ${path}`)
  }
  let document: JsonObject
  try {
    document = parseObject(await readFile(path))
  } catch {
    // The parser's message would quote what stands in the file: the key.
    throw damaged(path)
  }
  return document.sealed === undefined ? plainKey(path, document) : lockedKey(options, document)
}

/** Like {@link readKeyFile}; a missing file is made first. Of several processes that make it, one wins and all read the same key. */
export async function readOrCreateKeyFile(options: KeyFileOptions, random: Random): Promise<Uint8Array> {
  const missing = await stat(options.path).then(
    () => false,
    (error) => error.code === 'ENOENT',
  )
  if (missing) await createKeyFile(options, random)
  return readKeyFile(options)
}

async function createKeyFile({ path, passphrase }: KeyFileOptions, random: Random): Promise<void> {
  const key = random.bytes(32)
  const document = passphrase === undefined ? { format: 1, key: base64(key), check: checkOf(key) } : await lock(key, passphrase, random)
  const draft = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(canonicalBytes(document))
    await file.sync()
    await file.close()
    await link(draft, path)
    const folder = await open(dirname(path), 'r')
    await folder.sync()
    await folder.close()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw new KeyUnavailable(`The account key ${path} cannot be made. Give this process a folder that it may write.`, { cause: error })
  } finally {
    await rm(draft, { force: true })
  }
}

function plainKey(path: string, document: JsonObject): Uint8Array {
  const key = fromBase64(document.key)
  if (document.format !== 1 || key.length !== 32 || document.check !== checkOf(key)) throw damaged(path)
  return key
}

async function lock(key: Uint8Array, passphrase: string, random: Random): Promise<JsonObject> {
  const [salt, nonce] = [random.bytes(16), random.bytes(12)]
  const cipher = createCipheriv('aes-256-gcm', await stretch(passphrase, salt, cost), nonce)
  const sealed = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  return { format: 1, scrypt: { ...cost, salt: base64(salt) }, sealed: base64(sealed) }
}

async function lockedKey({ path, passphrase }: KeyFileOptions, document: JsonObject): Promise<Uint8Array> {
  if (passphrase === undefined) throw new KeyUnavailable(`The account key ${path} is locked. Start with its passphrase.`)
  const { n, r, p, salt } = kdfOf(path, document)
  const sealed = fromBase64(document.sealed)
  if (document.format !== 1 || sealed.length !== 60) throw damaged(path)
  const decipher = createDecipheriv('aes-256-gcm', await stretch(passphrase, salt, { n, r, p }), sealed.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(sealed.subarray(-16))
  const key = decipher.update(sealed.subarray(12, -16))
  try {
    decipher.final()
  } catch (error) {
    throw new KeyUnavailable(`The account key ${path} does not open: the passphrase is wrong, or the file is damaged.`, { cause: error })
  }
  return key
}

function kdfOf(path: string, document: JsonObject): typeof cost & { salt: Uint8Array } {
  const { n, r, p, salt } = typeof document.scrypt === 'object' && document.scrypt !== null ? (document.scrypt as JsonObject) : {}
  const bounded =
    Number.isInteger(n) && Number.isInteger(r) && Number.isInteger(p) && Number(n) <= 2 ** 20 && Number(r) <= 32 && Number(p) <= 16
  const bytes = fromBase64(salt)
  if (!bounded || bytes.length !== 16) throw damaged(path)
  return { n: Number(n), r: Number(r), p: Number(p), salt: bytes }
}

function stretch(passphrase: string, salt: Uint8Array, { n, r, p }: typeof cost): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 256 * n * r }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function checkOf(key: Uint8Array): string {
  return createHash('sha256').update('backstop account key\0').update(key).digest('hex').slice(0, 16)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Empty when it is not exactly what {@link base64} writes: Node would overlook a changed character. */
function fromBase64(value: Json | undefined): Buffer {
  const bytes = Buffer.from(String(value), 'base64')
  return bytes.toString('base64') === value ? bytes : Buffer.alloc(0)
}

function damaged(path: string): KeyUnavailable {
  return new KeyUnavailable(`The account key ${path} is damaged. Put back the copy that you kept; without it the vault stays closed.`)
}
