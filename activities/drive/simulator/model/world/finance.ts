/** What the first drive always holds, so that a guide can name it: the plan that gets lost, and files that can be read. */
import type { Item } from '../state.ts'
import { googleType, grantTo } from './office.ts'
import { type Ground, plant, plantFolder } from './plant.ts'

/** Plants 9 items and returns the folders that the rest may go into. */
export function plantFinance(ground: Ground, domain: string): readonly Item[] {
  const { top } = ground.drive
  const planning = plantFolder(ground, top, 'Planning')
  const year = plantFolder(ground, planning, '2026')
  plant(ground, year, { name: 'Q3 plan', mime: 'text/plain', size: 4096, grants: [grantTo(ground, `ana.costa@${domain}`, 'writer')] })
  plant(ground, year, { name: 'Q3 budget', mime: googleType('spreadsheet'), size: 18_432 })
  plant(ground, planning, { name: 'Board minutes.txt', mime: 'text/plain', size: 9_000 })
  plant(ground, planning, { name: 'Invoices 2026.csv', mime: 'text/csv', size: 12_000 })
  plant(ground, top, { name: 'Vendor contract.pdf', mime: 'application/pdf', size: 24_000 })
  plant(ground, top, { name: 'Expense policy', mime: googleType('document'), size: 15_360 })
  // Salaries are for organizers and one person: a limited-access folder.
  plantFolder(ground, top, 'Salaries', { more: { limited: true }, grants: [grantTo(ground, `ben.okafor@${domain}`, 'reader')] })
  return [top, planning, year]
}

export const financeItems = 9
