/**
 * The list of what a cycle means to delete, in the vault: `gc/<drive>/<epoch>-<random>.json`, canonical JSON. It only narrows what may be
 * deleted: before anything goes, it is looked at again whether a snapshot needs it, so that a list that somebody has changed deletes nothing more.
 */
import { createHash } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'
import { IntegrityError } from '../errors.ts'
import { canonicalBytes, parseObject } from '../format/canonical-json.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import type { Garbage, Marked } from './mark.ts'

export type GcPlan = {
  readonly epoch: number
  /** The newest generation when it was made. */
  readonly gen: number
  readonly objects: readonly string[]
}

/** Writes the plan and returns its key. */
export async function writePlan(
  reader: DriveReader,
  random: Random,
  epoch: number,
  { head, garbage }: Pick<Marked, 'head' | 'garbage'>,
): Promise<string> {
  const { accountId, driveId } = reader.layout
  const salt = Buffer.from(random.bytes(6)).toString('hex')
  const key = `${reader.layout.collections}${String(epoch).padStart(8, '0')}-${salt}.json`
  const objects = garbage.map((one) => relative(reader, one))
  await reader.store.create(key, canonicalBytes({ accountId, driveId, epoch, format: 1, gen: head.gen, objects }))
  return key
}

/** @throws {IntegrityError} it is no plan of this drive */
export async function readPlan(reader: DriveReader, key: string): Promise<GcPlan & { readonly digest: string }> {
  const bytes = Buffer.from(await reader.store.read({ key }))
  const { driveId, epoch, gen, objects } = parsed(key, bytes)
  if (driveId !== reader.layout.driveId || typeof epoch !== 'number' || typeof gen !== 'number' || !Array.isArray(objects))
    throw new IntegrityError(key, 'it is no list of garbage of this drive')
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { epoch, gen, objects: objects.filter((one) => typeof one === 'string'), digest }
}

/** Plans of cycles that are over; the newest stays, as a record. */
export async function dropOldPlans(reader: DriveReader, newest: string): Promise<void> {
  for await (const { key } of reader.store.list(reader.layout.collections)) if (key < newest) await reader.store.remove({ key })
}

/** An object's key below the drive's prefix. */
export function relative(reader: DriveReader, { key }: Pick<Garbage, 'key'>): string {
  return key.slice(reader.layout.container('').length)
}

function parsed(key: string, bytes: Buffer) {
  try {
    return parseObject(bytes)
  } catch (error) {
    throw new IntegrityError(key, 'it cannot be read', { cause: error })
  }
}
