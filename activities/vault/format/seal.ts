/**
 * Authenticated encryption of one object: a key of its own, and frames in STREAM style (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
 * The nonce is the frame's number and whether it ends its stream; the associated data says which object of which drive it belongs to.
 * So a frame that was changed, moved, swapped, repeated or cut off does not open.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'
import { IntegrityError } from '../errors.ts'
import { u64 } from './bytes.ts'
import { decodeBody, type FrameBody } from './codec.ts'
import { type ContainerKind, encodeHeader, type Header } from './header.ts'

const tagBytes = 16
/** Sealed bytes of a frame beyond its payload: length, codec and size, tag. */
export const frameOverheadBytes = 4 + 5 + tagBytes

/** What a frame is for. The numbers are part of the format. */
export type FrameRole = 'data' | 'directory'
const roles = { data: 0, directory: 1 } as const

export type DataKey = { readonly keyId: string; readonly dek: Uint8Array }
/** The drive that a sealed object belongs to. */
export type Scope = { readonly accountId: string; readonly driveId: string }

export type Sealer = {
  readonly containerId: string
  readonly header: Buffer
  /** The number that the next frame gets. */
  nextFrame(): number
  /** `length u32 ‖ ciphertext ‖ tag`; `last` ends the stream (a blob, a block, the directory). */
  seal(body: FrameBody, role: FrameRole, last: boolean): Buffer
  /** The same bytes, to be written one behind the other: joining a large frame costs a third of the speed of sealing it. */
  sealInParts(body: FrameBody, role: FrameRole, last: boolean): readonly Buffer[]
}

export function createSealer(scope: Scope, kind: ContainerKind, key: DataKey, random: Random): Sealer {
  const containerId = Buffer.from(random.bytes(16)).toString('hex')
  const header: Header = { kind, keyId: key.keyId, containerId, salt: random.bytes(32) }
  const bytes = encodeHeader(header)
  const objectKey = deriveKey(key.dek, header.salt)
  let frame = 0
  function sealInParts(body: FrameBody, role: FrameRole, last: boolean): readonly Buffer[] {
    const cipher = createCipheriv('aes-256-gcm', objectKey, nonce(frame, last))
    cipher.setAAD(associatedData(bytes, scope, role, frame))
    frame += 1
    const lead = Buffer.allocUnsafe(5)
    lead.writeUInt8(body.codec, 0)
    lead.writeUInt32BE(body.size, 1)
    const length = Buffer.allocUnsafe(4)
    const payloadBytes = body.payload.reduce((sum, { byteLength }) => sum + byteLength, 0)
    length.writeUInt32BE(lead.length + payloadBytes + tagBytes, 0)
    const parts = [length, cipher.update(lead), ...body.payload.map((piece) => cipher.update(piece)), cipher.final()]
    return [...parts, cipher.getAuthTag()]
  }
  return {
    containerId,
    header: bytes,
    nextFrame: () => frame,
    sealInParts,
    seal: (body, role, last) => Buffer.concat(sealInParts(body, role, last)),
  }
}

export type Opener = {
  readonly header: Header
  /**
   * The plaintext of one sealed frame (with its length). Nothing is returned before the tag is verified.
   * @throws {IntegrityError} it is not exactly what was sealed at this place
   */
  open(sealed: Buffer, frame: number, role: FrameRole, last: boolean): Promise<Buffer>
}

export function createOpener(objectKey: string, scope: Scope, header: Header, dek: Uint8Array): Opener {
  const key = deriveKey(dek, header.salt)
  const bytes = encodeHeader(header)
  return {
    header,
    async open(sealed, frame, role, last) {
      if (sealed.length < frameOverheadBytes || sealed.readUInt32BE(0) !== sealed.length - 4) {
        throw new IntegrityError(objectKey, `frame ${frame} has not the length it says`)
      }
      const decipher = createDecipheriv('aes-256-gcm', key, nonce(frame, last), { authTagLength: tagBytes })
      decipher.setAAD(associatedData(bytes, scope, role, frame))
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
      const plain = decipher.update(sealed.subarray(4, sealed.length - tagBytes))
      try {
        decipher.final()
      } catch (error) {
        throw new IntegrityError(objectKey, `frame ${frame} is not what was written there`, { cause: error })
      }
      return decodeBody(plain).catch((error) => {
        throw new IntegrityError(objectKey, `frame ${frame} cannot be decoded`, { cause: error })
      })
    },
  }
}

/** HKDF-SHA256 (RFC 5869) of the drive's data key with the object's salt. A key object: raw bytes cost 12 µs more for every frame. */
function deriveKey(dek: Uint8Array, salt: Uint8Array): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', dek, salt, 'backstop object key v1', 32)))
}

/** `0 u24 ‖ frame u64 ‖ last u8` */
function nonce(frame: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64BE(BigInt(frame), 3)
  bytes.writeUInt8(last ? 1 : 0, 11)
  return bytes
}

/** `header[0,8) ‖ role u8 ‖ len u8 ‖ account ‖ len u8 ‖ drive ‖ container id ‖ frame u64` */
function associatedData(header: Buffer, scope: Scope, role: FrameRole, frame: number): Buffer {
  const account = Buffer.from(scope.accountId, 'latin1')
  const drive = Buffer.from(scope.driveId, 'latin1')
  const ids = [Buffer.from([roles[role], account.length]), account, Buffer.from([drive.length]), drive]
  return Buffer.concat([header.subarray(0, 8), ...ids, header.subarray(24, 40), u64(frame)])
}
