/** What a wrapped key belongs to. Bound to the wrapping: unwrapping with any other context fails. */
export type KeyContext = Readonly<Record<string, string>>

/** A secret that only `recipient` can open. */
export type WrappedKey = { readonly recipient: string; readonly wrapped: Uint8Array }

/** Can wrap for a recipient; may be unable to open what it wrapped. */
export type Wrapper = {
  /**
   * Encrypts a secret of at most 4 KiB for the recipient, bound to `context`.
   * @throws {KeyUnavailable} the key cannot be used; the message says why and what to do
   * @throws {KeyServiceUnavailable} the key service did not answer; worth repeating
   */
  wrap(secret: Uint8Array, context: KeyContext): Promise<WrappedKey>
}

/**
 * A holder of a key that opens the vault: the account key (KEK) or the recovery key. The key itself never leaves it.
 * Every one passes `test/contract/kms.ts`.
 */
export interface Kms extends Wrapper {
  /**
   * The name that its wraps carry: `local:<16 hex digits>`, `aws-kms:<key arn>`, `age1…`. A local account key is made by the first
   * {@link wrap}, never by asking for its name. @throws {KeyUnavailable} there is no key
   */
  recipient(): Promise<string>

  /**
   * Opens the one of `keys` that is wrapped for this holder.
   * @throws {KeyUnavailable} none of them is, or the key is missing, locked, disabled or damaged
   * @throws {IntegrityError} one of them is, but it was changed or belongs to another context
   * @throws {KeyServiceUnavailable} the key service did not answer; worth repeating
   */
  unwrap(keys: readonly WrappedKey[], context: KeyContext): Promise<Uint8Array>
}
