import type { Pruned } from '../vault/keys/prune.ts'

/** What a person must know when the store did not let go of superseded key documents. */
export function lockedLines({ locked }: Pruned): readonly string[] {
  return locked.map(
    ({ key, until }) =>
      `${key} is locked by the store ${until ? `until ${until.toISOString()}` : 'without an end'}; until it can be removed, a key that was given up still opens it.`,
  )
}
