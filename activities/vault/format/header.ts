import { IntegrityError, UnsupportedVault } from '../errors.ts'
import { view } from './bytes.ts'

/** What a sealed object is. The numbers are part of the format. */
export const containerKinds = { pack: 1, object: 2, index: 3, manifest: 4, root: 5 } as const
export type ContainerKind = keyof typeof containerKinds

export const formatVersion = 1
export const headerBytes = 72
const magic = Buffer.from('BKST', 'latin1')

/** The first 72 bytes of every sealed object. Ids are lower-case hex. */
export type Header = {
  readonly kind: ContainerKind
  readonly keyId: string
  readonly containerId: string
  /** 32 bytes; the object's own key is derived with it. */
  readonly salt: Uint8Array
}

/** `"BKST" ‖ version u8 ‖ kind u8 ‖ 0 u16 ‖ key id 16 B ‖ container id 16 B ‖ salt 32 B` */
export function encodeHeader(header: Header): Buffer {
  const lead = Buffer.from([...magic, formatVersion, containerKinds[header.kind], 0, 0])
  return Buffer.concat([lead, Buffer.from(header.keyId, 'hex'), Buffer.from(header.containerId, 'hex'), header.salt])
}

/**
 * @throws {IntegrityError} these bytes do not begin an object of this kind
 * @throws {UnsupportedVault} they begin one of a newer format
 */
export function decodeHeader(objectKey: string, kind: ContainerKind, bytes: Uint8Array): Header {
  const header = view(bytes)
  if (header.length < headerBytes) throw new IntegrityError(objectKey, 'it ends within its header')
  if (!header.subarray(0, 4).equals(magic)) throw new IntegrityError(objectKey, 'it does not begin as a vault object')
  const version = header.readUInt8(4)
  if (version !== formatVersion) {
    throw new UnsupportedVault(
      `The object ${objectKey} has format ${version}, this version reads ${formatVersion}. Install a newer Backstop.`,
    )
  }
  if (header.readUInt8(5) !== containerKinds[kind] || header.readUInt16BE(6) !== 0)
    throw new IntegrityError(objectKey, `it is not a ${kind}`)
  return {
    kind,
    keyId: header.toString('hex', 8, 24),
    containerId: header.toString('hex', 24, 40),
    salt: header.subarray(40, headerBytes),
  }
}
