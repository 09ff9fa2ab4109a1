import { listDrives } from '../../../db/drives.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { restoreFormCard } from '../../cards/restore-form.ts'
import type { Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { Order } from './order.ts'

/** Drives that the form offers at once; the rest is found by typing. */
const mostDestinations = 25

/** RES-01…05: the form, filled with what was said already; `errors` by field name. REC-06: without anything chosen there is no form. */
export async function showForm(order: Order, context: CommandContext, errors: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const { drive, snapshot, items } = order
  if (items?.length === 0) {
    const actions = [button('Choose items', run('browse', { drive: drive.id, generation: snapshot.generation }), { style: 'primary' })]
    return {
      card: notice('warn', 'Nothing is chosen', 'Choose a snapshot or at least one item first; then it can be restored.', { actions }),
      refused: 'empty selection',
    }
  }
  const destinations = (await listDrives(context.db, context.account.id))
    .filter(({ lifecycle }) => lifecycle !== 'archived')
    .slice(0, mostDestinations)
  return {
    card: restoreFormCard({
      drive,
      snapshot,
      items,
      destinations: order.to && !destinations.some(({ id }) => id === order.to?.id) ? [order.to, ...destinations] : destinations,
      given: {
        sharing: order.sharing,
        ...(order.to && { to: order.to.id }),
        ...(order.folder !== undefined && { folder: order.folder }),
        ...(order.label !== undefined && { label: order.label }),
        ...(order.reason !== undefined && { reason: order.reason }),
      },
      errors,
    }),
    replaces: true,
    ...(Object.keys(errors).length > 0 && { refused: Object.values(errors).join(' ') }),
  }
}
