import { IntegrityError, InvalidKey, NotFound, UnsupportedVault, type VaultError } from '../errors.ts'

/** Whether a failure says something about one stored object. Any other is about the store, the key or the program, and stops the work. */
export function isOfObject(error: unknown): error is VaultError {
  return [IntegrityError, InvalidKey, NotFound, UnsupportedVault].some((type) => error instanceof type)
}
