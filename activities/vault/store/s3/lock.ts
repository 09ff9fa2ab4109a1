/**
 * Object Lock: a version that is locked can neither be removed nor unlocked before its date, by anybody (COMPLIANCE) or by anybody without
 * the right s3:BypassGovernanceRetention, which a worker must not have (GOVERNANCE). https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
import {
  GetBucketVersioningCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import type { Clock } from '../../../../db/kit/clock.ts'
import type { Abilities, ObjectAddress } from '../object-store.ts'
import { head, type S3Place, target } from './bucket.ts'
import { problemOf, s3Error, unavailable } from './s3-errors.ts'

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE'

/** What every new object is locked with. */
export type NewLock = { readonly mode: LockMode; readonly days: number }

type Lock = { readonly mode: LockMode; readonly until: Date }

const dayMs = 24 * 60 * 60_000

/** S3 keeps whole seconds: rounded up, so that no lock ends before it should. */
const wholeSecond = (date: Date) => new Date(Math.ceil(date.getTime() / 1000) * 1000)

/** What a write says so that its object is locked from the first moment. */
export function lockFor(lock: NewLock | undefined, clock: Clock) {
  if (lock === undefined) return {}
  const until = wholeSecond(new Date(clock.now().getTime() + lock.days * dayMs))
  return { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: until }
}

/** Asks the bucket. A key that may not ask hears of no abilities: they could not be relied on. @throws {StoreUnavailable} */
export async function bucketAbilities({ client, bucket, name }: S3Place): Promise<Abilities> {
  const ask = async (question: () => Promise<boolean>) => {
    try {
      return await question()
    } catch (error) {
      const { name: code, status } = problemOf(error)
      if (code === 'ObjectLockConfigurationNotFoundError' || status === 403 || status === 405 || status === 501) return false
      throw unavailable(name, error)
    }
  }
  const Bucket = bucket
  const versions = await ask(async () => (await client.send(new GetBucketVersioningCommand({ Bucket }))).Status === 'Enabled')
  const retention =
    versions &&
    (await ask(
      async () =>
        (await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
    ))
  return { versions, retention }
}

/** The lock of a version, also one that has ended. @throws {NotFound} */
export async function lockOf(place: S3Place, address: ObjectAddress): Promise<Lock | undefined> {
  const where = target(place, address.key)
  try {
    const { Retention } = await place.client.send(new GetObjectRetentionCommand({ ...where, VersionId: address.versionId }))
    return Retention?.Mode && Retention.RetainUntilDate && { mode: Retention.Mode, until: Retention.RetainUntilDate }
  } catch (error) {
    const { name = '' } = problemOf(error)
    // Amazon's word for an object that never had a lock, and that of others.
    if (['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'].includes(name)) return undefined
    throw s3Error(place.name, address, error)
  }
}

/** Extends the lock of a version to `until`, in the mode that it has, or in `mode`. An earlier date changes nothing. @throws {NotFound} */
export async function extendLock(place: S3Place, address: ObjectAddress, until: Date, mode: LockMode): Promise<void> {
  const { key, versionId } = address.versionId === undefined ? await head(place, address) : address
  const version = { key, ...(versionId !== undefined && { versionId }) }
  const lock = await lockOf(place, version)
  if (lock && lock.until >= until) return
  try {
    await place.client.send(
      new PutObjectRetentionCommand({
        ...target(place, key),
        VersionId: versionId,
        Retention: { Mode: lock?.mode ?? mode, RetainUntilDate: wholeSecond(until) },
      }),
    )
  } catch (error) {
    // Somebody else has locked it for longer in the meantime: ours would have shortened it, and was refused.
    const now = problemOf(error).status === 403 ? await lockOf(place, version) : undefined
    if (now && now.until >= until) return
    throw s3Error(place.name, address, error)
  }
}

/** Why the store refuses to remove a version, if it is because of a lock: the date, or `hold` for one without an end. */
export async function lockedBy(place: S3Place, address: ObjectAddress, clock: Clock): Promise<Date | 'hold' | undefined> {
  const lock = await lockOf(place, address)
  if (lock && lock.until > clock.now()) return lock.until
  const where = target(place, address.key)
  const held = await place.client.send(new GetObjectLegalHoldCommand({ ...where, VersionId: address.versionId })).catch((error) => {
    // No hold, or none that this access key may know of.
    if ([400, 403, 404].includes(problemOf(error).status ?? 0)) return undefined
    throw s3Error(place.name, address, error)
  })
  return held?.LegalHold?.Status === 'ON' ? 'hold' : undefined
}
