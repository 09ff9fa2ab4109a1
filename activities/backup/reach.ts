/** What it means when Drive does not find a drive any more: deleted (SET-10), or only out of reach (G8). Only the first may archive. */
import { domainOf } from '../drive/email-domain.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import type { DriveSource } from '../drive/source.ts'
import { WorkFailure } from '../kit/failure.ts'

/** The drive and the administrator's view that has shown it. */
export type Reach = {
  readonly driveId: string
  /** The domain in whose administrator's view the drive has been; null when it never was in one. */
  readonly domainSeenBy: string | null
  /** Who looks now. */
  readonly connectedEmail: string | null
}

/** A tombstone is the same for a deleted item and for lost access: it is believed only while the drive itself can be seen. */
export async function confirmAccess(source: DriveSource, driveId: string): Promise<void> {
  if (!(await finds(() => source.drive(driveId)))) throw accessLost()
}

/**
 * What to throw for a refusal that may be about the whole drive. A deleted drive and one that the person was removed from look the same to a
 * member, so deletion is believed on evidence alone: the drive was once in the view of an administrator of this domain, it is not there now,
 * and the person proves to be an administrator still.
 */
export async function explainRefusal(source: DriveSource, reach: Reach, refusal: DriveFailure): Promise<DriveFailure | WorkFailure> {
  if (await finds(() => source.drive(reach.driveId))) return refusal
  if (reach.domainSeenBy === null || reach.domainSeenBy !== domainOf(reach.connectedEmail)) return accessLost(refusal)
  try {
    if (await finds(() => source.drive(reach.driveId, { asDomainAdmin: true }))) return accessLost(refusal)
    // Asked last: whoever was an administrator after the drive was not found was one when it was looked for.
    await source.listDrives({ asDomainAdmin: true })
  } catch (error) {
    if (error instanceof DriveFailure && error.type === 'AccessLost') return accessLost(refusal)
    throw error
  }
  return new WorkFailure('DriveDeleted', undefined, { cause: refusal })
}

async function finds(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look()
    return true
  } catch (error) {
    if (error instanceof DriveFailure && error.type === 'NotFound') return false
    throw error
  }
}

function accessLost(cause?: DriveFailure): DriveFailure {
  return new DriveFailure(
    'AccessLost',
    'The drive is out of reach: the connected person is no longer a member of it, or it was deleted; Google does not tell which. Nothing was marked as deleted. Make the person a Manager of the drive again, or reconnect the task as someone who is.',
    { cause },
  )
}
