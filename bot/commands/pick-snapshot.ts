import { listSnapshots, type Snapshot, snapshotAt, snapshotByGeneration } from '../../db/snapshots.ts'
import { button, run } from '../cards/buttons.ts'
import { notice } from '../cards/notice.ts'
import { utc } from '../cards/values.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import type { Drive } from './subjects.ts'

export type When = { readonly at?: Date | undefined; readonly generation?: number | undefined }

/** The snapshot that is meant: the one that was clicked, the newest at or before a moment, else the newest. Or why there is none. */
export async function pickSnapshot(drive: Drive, when: When, { db, account }: CommandContext): Promise<Snapshot | Outcome> {
  const found =
    when.generation === undefined
      ? await snapshotAt(db, account.id, drive.id, when.at)
      : await snapshotByGeneration(db, account.id, drive.id, when.generation)
  if (found) return found
  const newest = await snapshotAt(db, account.id, drive.id)
  if (!newest) {
    const sentence = `${drive.name} has no snapshot yet, so there is nothing to look into or to restore. Back it up first.`
    return {
      card: notice('warn', drive.name, sentence, {
        actions: [button('Back up now', run('backup now', { drives: [drive.id] }), { style: 'primary' })],
      }),
      refused: 'no snapshot',
    }
  }
  const oldest = (await listSnapshots(db, account.id, drive.id, { before: 2, limit: 1 }))[0] ?? newest
  const asked = when.at ? ` as old as ${utc(when.at)}` : ` ${when.generation ?? ''}`
  const sentence = `${drive.name} has no snapshot${asked}. The oldest is of ${utc(oldest.committedAt)}, the newest of ${utc(newest.committedAt)}.`
  return {
    card: notice('warn', drive.name, sentence, { actions: [button('Snapshots', run('snapshots', { drive: drive.id }))] }),
    refused: 'no snapshot that old',
  }
}

export const isSnapshot = (picked: Snapshot | Outcome): picked is Snapshot => 'generation' in picked
