/** Ordinary content: departments' folders with documents of every usual kind, some shared, some in the trash. */
import { principal } from '../principals.ts'
import { type Extras, type Grant, type Item, shortcutMime } from '../state.ts'
import { depthOf } from '../tree.ts'
import { blobSize, dayMs, type Ground, type Planting, plant, plantFolder } from './plant.ts'

const topics = [
  'Budget',
  'Forecast',
  'Invoice',
  'Contract',
  'Campaign',
  'Roadmap',
  'Interview',
  'Review',
  'Policy',
  'Offer',
  'Report',
  'Minutes',
  'Plan',
  'Survey',
  'Brief',
] as const
const areas = [
  'EMEA',
  'APAC',
  'Americas',
  'Berlin',
  'Lisbon',
  'Launch',
  'Renewals',
  'Hiring',
  'Audit',
  'Board',
  'Vendors',
  'Archive',
] as const
const kinds = [
  ['application/pdf', '.pdf'],
  ['text/plain', '.txt'],
  ['text/csv', '.csv'],
  ['image/png', '.png'],
  ['image/jpeg', '.jpg'],
  ['application/zip', '.zip'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'],
] as const
const natives = ['document', 'document', 'spreadsheet', 'presentation', 'drawing', 'form'] as const

export const googleType = (kind: string): string => `application/vnd.google-apps.${kind}`

/** A direct grant for one person. */
export function grantTo(ground: Ground, email: string, role: Grant['role'], expiresAt?: number): Grant {
  return {
    to: principal(ground.world, 'user', email),
    role,
    at: ground.epoch,
    by: ground.people[0] ?? email,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}

function blob(ground: Ground, name: string): Planting {
  const [mime, extension] = ground.source.pick(kinds)
  return { name: `${name}${extension}`, mime, size: blobSize(ground) }
}

function native(ground: Ground, name: string): Planting {
  const kind = ground.source.pick(natives)
  return { name, mime: googleType(kind), size: 1024 + ground.source.int(60_000) }
}

function oddity(ground: Ground, made: Planting, chance: number): Planting {
  const { source, people } = ground
  if (chance < 0.03) return { ...made, grants: [grantTo(ground, source.pick(people), source.pick(['reader', 'commenter', 'writer']))] }
  if (chance < 0.035) return { ...made, grants: [{ ...grantTo(ground, 'anyone', 'reader'), to: principal(ground.world, 'anyone', '') }] }
  if (chance < 0.045)
    return { ...made, trashedAt: ground.bornAt - source.int(20) * dayMs, more: { ...made.more, trashedBy: source.pick(people) } }
  if (chance < 0.05) return { ...made, more: { ...made.more, description: `Kept for the ${source.pick(areas)} team.` } }
  return made
}

/** Fills a drive with exactly `count` items below `tops`, about one in twelve a folder. With `plain`, blobs and folders only. */
export function furnish(ground: Ground, tops: readonly Item[], count: number, plain: boolean): void {
  const { source } = ground
  const folders = [...tops]
  const targets: Item[] = []
  for (let n = 0; n < count; n++) {
    const parent = source.pick(folders)
    const name = `${source.pick(topics)} ${source.pick(areas)} ${2023 + source.int(4)}-${1000 + (n % 9000)}`
    const chance = source.fraction()
    if (n % 12 === 0) {
      const folder = plantFolder(ground, parent, `${source.pick(areas)} ${source.pick(topics)}`)
      if (depthOf(folder) < 8) folders.push(folder)
      continue
    }
    if (plain) {
      plant(ground, parent, blob(ground, name))
      continue
    }
    const target = targets.length > 0 && chance > 0.98 ? source.pick(targets) : undefined
    if (target) {
      const more: Extras = { shortcut: { targetId: target.id, targetMime: target.mime } }
      plant(ground, parent, { name: `Shortcut to ${target.name}`, mime: shortcutMime, more })
      continue
    }
    const made = source.fraction() < 0.2 ? native(ground, name) : blob(ground, name)
    const item = plant(ground, parent, oddity(ground, made, chance))
    if (n % 10 === 1) targets.push(item)
  }
}
