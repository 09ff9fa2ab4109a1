/** What a wrapped key belongs to. Bound to the wrapping: unwrapping with any other context fails. */
export type KeyContext = Readonly<Record<string, string>>

/** A secret that only `recipient` can open. */
export type WrappedKey = { readonly recipient: string; readonly wrapped: Uint8Array }

/** The holder of the account key (KEK). The key itself never leaves it. */
export interface Kms {
  /**
   * Encrypts a secret of at most 4 KiB for the account key, bound to `context`. Makes the account key when there is none yet.
   * @throws {KeyUnavailable} the account key cannot be used; the message says why and what to do
   */
  wrap(secret: Uint8Array, context: KeyContext): Promise<WrappedKey>

  /**
   * Opens the one of `keys` that is wrapped for this holder.
   * @throws {KeyUnavailable} none of them is, or the account key is missing, locked or damaged
   * @throws {IntegrityError} one of them is, but it was changed or belongs to another context
   */
  unwrap(keys: readonly WrappedKey[], context: KeyContext): Promise<Uint8Array>
}
