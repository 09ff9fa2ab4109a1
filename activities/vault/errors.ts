/** Everything that can go wrong in a vault, as types that a caller can tell apart and sentences that a person can act on. */

export type VaultErrorCode =
  | 'NotFound'
  | 'AlreadyExists'
  | 'StoreUnavailable'
  | 'InvalidKey'
  | 'IntegrityError'
  | 'GenerationTaken'
  | 'KeyUnavailable'
  | 'KeyServiceUnavailable'
  | 'Shredded'
  | 'UnsupportedVault'
  | 'InvalidInput'
  | 'ClockInDoubt'
  | 'Retained'

/** The base of all vault errors. `code` is stable and may be stored; `message` is a sentence for people. */
export abstract class VaultError extends Error {
  abstract readonly code: VaultErrorCode
  override get name(): string {
    return this.code
  }
}

/** No object has this key (or this version of it). */
export class NotFound extends VaultError {
  readonly code = 'NotFound'
}

/** The key was taken before; what is there is untouched. */
export class AlreadyExists extends VaultError {
  readonly code = 'AlreadyExists'
}

/** The store cannot be used now: disk full, not writable, folder missing, not reachable. `cause` is the system's error. */
export class StoreUnavailable extends VaultError {
  readonly code = 'StoreUnavailable'
}

/** A key, an account id or a drive id that must not become a path. */
export class InvalidKey extends VaultError {
  readonly code = 'InvalidKey'
}

/**
 * What is stored is not what was written: changed, cut, reordered, swapped, missing or rolled back (promises P1, P2).
 * `objectKey` names the damaged object, `detail` what is wrong with it. No plaintext of it was released.
 */
export class IntegrityError extends VaultError {
  readonly code = 'IntegrityError'
  readonly objectKey: string
  readonly detail: string

  constructor(objectKey: string, detail: string, options?: ErrorOptions) {
    super(`The stored object ${objectKey} is damaged or was tampered with: ${detail}. It was not used.`, options)
    this.objectKey = objectKey
    this.detail = detail
  }
}

/** Another writer committed this generation first. Nothing of this attempt is visible; read the latest root and begin again. */
export class GenerationTaken extends VaultError {
  readonly code = 'GenerationTaken'
}

/** The account's key is missing, wrong, locked by a passphrase or damaged: the vault cannot be read until it is back. */
export class KeyUnavailable extends VaultError {
  readonly code = 'KeyUnavailable'
}

/** The service that holds the account key cannot be reached or asks to slow down. What was wanted may succeed a moment later. */
export class KeyServiceUnavailable extends VaultError {
  readonly code = 'KeyServiceUnavailable'
}

/** The keys of the drive were destroyed on purpose: nobody can read its backups any more, with any key. */
export class Shredded extends VaultError {
  readonly code = 'Shredded'
}

/** The vault was written by a newer version, or uses a feature that this version does not know. */
export class UnsupportedVault extends VaultError {
  readonly code = 'UnsupportedVault'
}

/** The caller broke a rule of the interface (rows out of order, a bad range): a bug above the vault, never bad luck. */
export class InvalidInput extends VaultError {
  readonly code = 'InvalidInput'
}

/** The object is locked against removal until `until` (where the store says it), and is still there. Nobody can shorten the wait from here. */
export class Retained extends VaultError {
  readonly code = 'Retained'
  readonly until: Date | undefined

  constructor(objectKey: string, until: Date | undefined, options?: ErrorOptions) {
    const end = until === undefined ? 'by a hold or a policy of the store' : `until ${until.toISOString()}`
    super(`The object ${objectKey} is locked ${end} and was not removed. Remove it when the lock has ended.`, options)
    this.until = until
  }
}

/** This machine's clock is far ahead of everything else that knows the time, so nothing that depends on age was done. */
export class ClockInDoubt extends VaultError {
  readonly code = 'ClockInDoubt'
}
