import { folderMimeType, type Item, itemById } from '../../../db/items.ts'
import { createJob } from '../../../db/job-requests.ts'
import { peopleWithRole } from '../../../db/people.ts'
import type { Snapshot } from '../../../db/snapshots.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { jobName } from '../../cards/plan.ts'
import { labelMax } from '../../cards/restore-form.ts'
import { draftSubject } from '../../cards/subjects.ts'
import { DurableUnavailable } from '../../gateway/durable.ts'
import type { Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { idInDriveUrl } from '../grammar/drive-url.ts'
import { idOfEvent } from '../ids.ts'
import type { Drive } from '../subjects.ts'
import { showForm } from './show-form.ts'

/** A restore as it was asked for. */
export type Order = {
  readonly drive: Drive
  readonly snapshot: Snapshot
  /** Undefined stands for the whole drive. */
  readonly items: readonly { readonly item: Item; readonly path: string }[] | undefined
  readonly to?: Drive | undefined
  /** A folder of the destination, by id or address. */
  readonly folder?: string | undefined
  readonly sharing: 'keep' | 'none'
  readonly label?: string | undefined
  readonly reason?: string | undefined
}

/** Writes the job down and starts its workflow, which plans and asks the approvers. The row comes first: the workflow reads it. */
export async function orderRestore(order: Order, context: CommandContext): Promise<Outcome> {
  const { db, account, person, clock, temporal, dryRun } = context
  const errors = await mistakes(order, context)
  if (Object.keys(errors).length > 0 || order.items?.length === 0) return showForm(order, context, errors)
  // R7: a request that nobody can ever approve would wait for nothing.
  const approvers = (await peopleWithRole(db, account.id, 'approver')).filter(({ id }) => id !== person.id)
  if (approvers.length === 0) {
    const sentence =
      'Nobody but you could approve this, and nobody approves their own request. Ask an admin to give another person the role approver.'
    return { card: notice('fail', 'Nobody can approve', sentence), refused: 'no approver' }
  }
  const names = approvers.map(({ displayName }) => displayName).join(', ')
  if (dryRun) return { card: notice('info', 'Dry run', `The restore would be planned and put before ${names}. Nothing was done.`) }

  const job = await createJob(db, account.id, {
    id: idOfEvent(context, 'job'),
    kind: 'restore',
    label: order.label,
    driveId: order.drive.id,
    generation: order.snapshot.generation,
    selection: order.items === undefined ? { kind: 'drive' } : { kind: 'items', itemIds: order.items.map(({ item }) => item.itemId) },
    destinationDriveId: (order.to ?? order.drive).id,
    destinationFolderId: folderId(order),
    withSharing: order.sharing === 'keep',
    requestedBy: person.id,
    reason: order.reason,
    now: clock.now(),
  })
  if (!job)
    return { card: notice('warn', 'Gone', 'The drive is not there any more, so nothing was started.'), refused: 'the drive is gone' }
  try {
    await temporal.startRestore(account.id, job.id)
  } catch (error) {
    if (!(error instanceof DurableUnavailable)) throw error
    const actions = [button('Try again', run('job start', { job: job.id }, job.id), { style: 'primary' })]
    return {
      card: notice('fail', `${jobName(job)} waits`, `${error.message} The request ${jobName(job)} is kept.`, { actions }),
      refused: 'Temporal is away',
    }
  }
  const subject = { type: 'job', id: job.id } as const
  const card = await draftSubject(context, account.id, subject)
  return card
    ? { card, subject, replaces: true }
    : { card: notice('warn', 'Gone', 'The job is not there any more.'), refused: 'the job is gone' }
}

const folderId = ({ folder }: Order): string | undefined => (folder === undefined ? undefined : (idInDriveUrl(folder) ?? folder.trim()))

/** RES-02, RES-03: what is wrong, by field. */
async function mistakes(order: Order, { db, account }: CommandContext): Promise<Record<string, string>> {
  const errors: Record<string, string> = {}
  const length = [...(order.label ?? '')].length
  if (length > labelMax) errors.label = `A job label has at most ${labelMax} characters, and this one has ${length}.`
  const destination = order.to ?? order.drive
  if (destination.lifecycle === 'archived')
    errors.to = `${destination.name} is archived: Google does not have it any more. Choose another drive.`
  const folder = folderId(order)
  if (folder !== undefined && folder !== destination.id) {
    const found =
      destination.latestGeneration === 0 ? undefined : await itemById(db, account.id, destination.id, destination.latestGeneration, folder)
    if (!found)
      errors.folder = `The last backup of ${destination.name} has no folder ${folder}. Give the address of a folder in that drive.`
    else if (found.mimeType !== folderMimeType)
      errors.folder = `${found.name} is no folder. Give the address of a folder in ${destination.name}.`
  }
  return errors
}
