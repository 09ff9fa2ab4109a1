/** Generates a world: drives with members, then each drive's content by profile. The same options and day give the same world. */
import { driveId } from '../ids.ts'
import { newDrive } from '../new-drive.ts'
import { principal } from '../principals.ts'
import { seeded } from '../seeded.ts'
import type { Grant, Item, World } from '../state.ts'
import { driveNames } from './directory.ts'
import { financeItems, plantFinance } from './finance.ts'
import { plantHostile } from './hostile.ts'
import { furnish } from './office.ts'
import type { WorldOptions } from './options.ts'
import { blobSize, type Ground, plant, plantFolder } from './plant.ts'

/** Generated files were last changed before this moment, or before the day of the world's making when that is earlier. */
const latestEpoch = Date.UTC(2026, 0, 5, 9)

function members(world: World, name: string, at: number, domain: string): readonly Grant[] {
  const by = `admin@${domain}`
  const grant = (type: 'user' | 'group', value: string, role: Grant['role']): Grant => ({ to: principal(world, type, value), role, at, by })
  const team = `${name.toLowerCase().split(' ')[0]}@${domain}`
  return [
    grant('user', by, 'organizer'),
    grant('user', `oncall@${domain}`, 'fileOrganizer'),
    ...(world.directory.groups.some((group) => group.email === team) ? [grant('group', team, 'writer')] : []),
    grant('user', `lena.berg@${domain}`, 'commenter'),
    grant('user', `kofi.mensah@${domain}`, 'reader'),
  ]
}

function plantFlat(ground: Ground, count: number): void {
  if (count < 1) return
  const folder = plantFolder(ground, ground.drive.top, 'Everything')
  for (let n = 1; n < count; n++)
    plant(ground, folder, { name: `file-${String(n).padStart(6, '0')}.bin`, mime: 'application/octet-stream', size: blobSize(ground) })
}

/** Chains of 100 folders with files on every level: the second chain begins when the first is full. */
function plantDeep(ground: Ground, count: number): void {
  const { top } = ground.drive
  let parent: Item = top
  for (let n = 0, level = 0; n < count; n++) {
    if (n % 5 !== 0) plant(ground, parent, { name: `note-${n}.txt`, mime: 'text/plain', size: blobSize(ground) })
    else {
      if (level === 100) [parent, level] = [top, 0]
      parent = plantFolder(ground, parent, `Level ${++level}`)
    }
  }
}

function plantDrive(ground: Ground, options: WorldOptions, first: boolean, count: number): void {
  const profile = options.profile ?? 'office'
  const { top } = ground.drive
  const finance = first && options.plain !== true
  const tops = finance ? plantFinance(ground, ground.world.directory.domain) : [top]
  let left = Math.max(0, count - (finance ? financeItems : 0))
  if (profile === 'flat') plantFlat(ground, left)
  else if (profile === 'deep') plantDeep(ground, left)
  if (profile === 'flat' || profile === 'deep') return
  if (profile === 'hostile') {
    const before = ground.drive.items.length
    plantHostile(ground)
    left = Math.max(0, left - (ground.drive.items.length - before))
  }
  furnish(ground, tops, left, options.plain === true)
}

/** Fills `world` as `options` say. `bornAt` is the day of its making in ms. */
export function generateWorld(world: World, options: WorldOptions, bornAt: number): void {
  const total = options.items ?? 1000
  const count = options.drives ?? ((options.profile ?? 'office') === 'office' ? 5 : 1)
  const epoch = Math.min(latestEpoch, bornAt)
  const people = world.directory.people.map((person) => person.email)
  for (let n = 0; n < count; n++) {
    const source = seeded('world', options.seed, n)
    const base = driveNames[n % driveNames.length] ?? 'Finance'
    const name = n < driveNames.length ? base : `${base} ${Math.floor(n / driveNames.length) + 1}`
    const drive = newDrive(world, {
      id: driveId(source.next),
      name,
      createdAt: epoch - 1000 * 24 * 3_600_000,
      members: members(world, name, epoch, world.directory.domain),
    })
    const ground: Ground = {
      world,
      drive,
      source,
      bornAt,
      epoch,
      minBytes: options.minBytes ?? 1024,
      maxBytes: options.maxBytes ?? 65_536,
      people,
    }
    plantDrive(ground, options, n === 0, Math.floor(total / count) + (n < total % count ? 1 : 0))
  }
}
