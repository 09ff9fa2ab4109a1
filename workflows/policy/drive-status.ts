import type { DriveStatus } from './vocabulary.ts'

export type DriveFacts = {
  readonly lifecycle: 'not-active' | 'active' | 'paused' | 'archived'
  /** A run is queued or running. */
  readonly running: boolean
  readonly lastOutcome?: 'success' | 'partial' | 'held' | 'failed' | undefined
  /** SET-04: without a connection nothing may look like a success. */
  readonly connected: boolean
}

/** The one status that stands for what is known of a drive (DRV-03, ACT-03, ACT-08, SET-04). */
export function driveStatus(drive: DriveFacts): DriveStatus {
  if (drive.lifecycle === 'archived') return 'archived'
  if (drive.running) return 'in-process'
  if (drive.lifecycle === 'paused') return 'paused'
  if (drive.lifecycle === 'not-active') return 'not-active'
  if (drive.lastOutcome === undefined) return drive.connected ? 'scheduled' : 'failed'
  if (!drive.connected && drive.lastOutcome === 'success') return 'failed'
  // All but the removals is backed up: no success, and no failure either.
  if (drive.lastOutcome === 'held') return 'partial'
  return drive.lastOutcome
}
