/** Puts generated items into a world: no feed entry, no journal, strings flat and shared, since there may be half a million. */
import { fileId } from '../ids.ts'
import type { Seeded } from '../seeded.ts'
import { type DriveState, type Extras, folderMime, type Grant, type Item, type World } from '../state.ts'
import { index } from '../tree.ts'

export type Ground = {
  readonly world: World
  readonly drive: DriveState
  readonly source: Seeded
  /** The day of the world's making; what is in the trash was put there shortly before. */
  readonly bornAt: number
  /** The newest moment at which a generated item was changed. */
  readonly epoch: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly people: readonly string[]
}

export type Planting = {
  readonly name: string
  readonly mime: string
  readonly size?: number
  readonly more?: Extras
  readonly grants?: readonly Grant[]
  readonly trashedAt?: number
}

export const dayMs = 24 * 3_600_000

/** A string made of parts is a tree inside the engine until it is flattened: that doubles its memory. */
function flat(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length === text.length ? bytes.toString('latin1') : bytes.toString('utf8')
}

export function plant(ground: Ground, parent: Item, made: Planting): Item {
  const { world, source } = ground
  const age = Math.floor(source.fraction() ** 2 * 900 * dayMs)
  const createdAt = ground.epoch - age - Math.floor(source.fraction() * 90 * dayMs)
  const item: Item = {
    id: fileId(source.next),
    name: flat(made.name),
    mime: made.mime,
    drive: ground.drive,
    parent,
    ord: world.nextOrd++,
    version: 1 + source.int(40),
    createdAt,
    modifiedAt: ground.epoch - age,
    modifiedBy: source.pick(ground.people),
    trashedAt: made.trashedAt ?? 0,
    size: made.size ?? -1,
    revision: 1,
    sums: '',
    children: undefined,
    grants: made.grants,
    change: undefined,
    more: made.more,
  }
  world.items.set(item.id, item)
  ground.drive.items.push(item)
  parent.children ??= []
  parent.children.push(item)
  if (item.grants || item.trashedAt > 0) index(world, item)
  return item
}

export const plantFolder = (ground: Ground, parent: Item, name: string, rest: Omit<Planting, 'name' | 'mime'> = {}): Item =>
  plant(ground, parent, { ...rest, name, mime: folderMime })

/** A size within the world's range, small ones more often. */
export function blobSize({ source, minBytes, maxBytes }: Ground): number {
  if (minBytes >= maxBytes) return minBytes
  const low = Math.log(Math.max(1, minBytes))
  return Math.max(minBytes, Math.min(maxBytes, Math.round(Math.exp(low + source.fraction() * (Math.log(maxBytes) - low)))))
}
