import type { Cycle, Session } from '../../../workflows/policy/gc.ts'

/**
 * What collections of garbage share with the backups of a drive, in one place that both can lock: the database. Ages are measured by the
 * ledger's own clock.
 */
export interface GcLedger {
  state(): Promise<{ readonly epoch: number; readonly cycle: Cycle & { readonly plan?: string }; readonly cleanGen?: number }>
  /** The runs of the drive that have begun and may still commit. */
  sessions(): Promise<readonly Session[]>
  /**
   * In one step: counts the epoch on from `epoch`, remembers `plan`, and takes everything that lies in the containers out of what later runs
   * rely on. `blobs` are the same as the index has them. False when another collection has counted on, or when some of it are `orphans`, which
   * no index names, and a run has begun meanwhile, whose they may be; then nothing was changed.
   */
  begin(
    epoch: number,
    plan: string,
    gone: { readonly containers: readonly string[]; readonly blobs: AsyncIterable<readonly string[]>; readonly orphans: boolean },
  ): Promise<boolean>
  /** Nothing at all was found to collect when this root was the newest: it need not be looked at again. */
  clean(gen: number): Promise<void>
  /** From now on these runs must not write any more. */
  fence(sessions: readonly string[]): Promise<void>
  /** Ends the cycle of this epoch. */
  end(epoch: number): Promise<void>
  /** The vault is ahead: this ledger is an older copy. It forgets what it knows of stored content. */
  adopt(epoch: number): Promise<void>
}
