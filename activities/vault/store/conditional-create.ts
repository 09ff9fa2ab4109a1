import { AlreadyExists, StoreUnavailable } from '../errors.ts'
import type { ObjectStore } from './object-store.ts'

/** Not below `v1/`, where the vault is. Written once and never removed. */
const proofKey = 'probe/conditional-create'

/**
 * A store that ignores the condition of a create (`If-None-Match`) would let two runs both commit one generation, and one of them be lost.
 * Costs one small request when the vault was opened before.
 * @throws {StoreUnavailable} the store overwrites
 */
export async function proveConditionalCreate(store: ObjectStore): Promise<void> {
  const body = Buffer.from('Backstop checks here that the store refuses to overwrite an object.\n')
  try {
    await store.create(proofKey, body)
    await store.create(proofKey, body)
  } catch (error) {
    if (error instanceof AlreadyExists) return
    throw error
  }
  const cause = Object.assign(new Error('The condition was ignored'), { code: 'ENOTSUP' })
  throw new StoreUnavailable(
    `The ${store.name} overwrites an object that it was asked not to overwrite, so a backup could be lost. Choose a store that honours If-None-Match.`,
    { cause },
  )
}
