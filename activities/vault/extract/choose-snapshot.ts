/** Which snapshot a person means, found without a database, and what to offer when it cannot be read. Never another one in silence. */
import { IntegrityError, type VaultError } from '../errors.ts'
import { generationOf } from '../format/layout.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { rangeOf } from '../read/expired.ts'
import type { Root } from '../root.ts'
import { isOfObject } from './is-of-object.ts'

/** The newest, that of a generation, or the newest that is not later than a time. */
export type At = { readonly gen: number } | { readonly notAfter: Date } | undefined

export type Choice =
  | { readonly found: Root }
  | { readonly none: 'no snapshots' | 'no such snapshot' }
  /** What was asked for, or may be it, cannot be read; the newest snapshot before it that can, when there is one. */
  | { readonly unreadable: readonly VaultError[]; readonly older?: Root }

/** @param foreign told about objects that lie among the roots and are none; they are left alone */
export async function chooseSnapshot(reader: DriveReader, at: At, foreign: (key: string) => void): Promise<Choice> {
  const gens = await generationsOf(reader, foreign)
  if (gens.length === 0) return { none: 'no snapshots' }
  const wanted = at && 'gen' in at ? gens.filter((gen) => gen <= at.gen) : gens
  if (at && 'gen' in at && wanted[0] !== at.gen) return { none: 'no such snapshot' }
  const isMeant = ({ time, gen }: Root) => !at || ('gen' in at ? gen === at.gen : new Date(time) <= at.notAfter)
  const unreadable: VaultError[] = []
  for await (const found of snapshotsFrom(reader, wanted)) {
    if ('error' in found) unreadable.push(found.error)
    else if (unreadable.length > 0) return { unreadable, older: found.root }
    else if (isMeant(found.root)) return { found: found.root }
    else if (at && 'gen' in at) return { none: 'no such snapshot' }
  }
  return unreadable.length > 0 ? { unreadable } : { none: 'no such snapshot' }
}

/** The newest snapshot before `gen` whose root and rows can be read. */
export async function olderReadable(reader: DriveReader, gen: number): Promise<Root | undefined> {
  const gens = (await generationsOf(reader, () => undefined)).filter((other) => other < gen)
  for await (const found of snapshotsFrom(reader, gens)) {
    if ('root' in found && (await rowsAreReadable(reader, found.root))) return found.root
  }
  return undefined
}

/** All snapshots that a person would ask for, newest first, and the errors of those that cannot be read. */
export async function* snapshotsOf(
  reader: DriveReader,
  foreign: (key: string) => void,
): AsyncIterable<{ readonly root: Root } | { readonly gen: number; readonly error: VaultError }> {
  yield* snapshotsFrom(reader, await generationsOf(reader, foreign))
}

/** All that have a root, newest first. */
export async function generationsOf({ store, layout }: DriveReader, foreign: (key: string) => void): Promise<readonly number[]> {
  const gens: number[] = []
  for await (const { key } of store.list(layout.roots)) {
    const gen = generationOf(layout, key)
    if (gen === undefined) foreign(key)
    else gens.push(gen)
  }
  return gens.reverse()
}

/** Leaves out what upkeep committed, and what was given up according to the newest root that can be read. */
async function* snapshotsFrom(
  reader: DriveReader,
  gens: readonly number[],
): AsyncIterable<{ readonly root: Root } | { readonly gen: number; readonly error: VaultError }> {
  let head: Root | undefined
  for (const gen of gens) {
    if (rangeOf(head?.expired, gen)) continue
    try {
      const root = await reader.root(gen)
      head ??= root
      if (!root.maintenance) yield { root }
    } catch (error) {
      if (!isOfObject(error)) throw error
      yield { gen, error }
    }
  }
}

async function rowsAreReadable(reader: DriveReader, root: Root): Promise<boolean> {
  try {
    for await (const batch of reader.open(root).records()) if (batch.length === 0) continue
    return true
  } catch (error) {
    if (error instanceof IntegrityError) return false
    throw error
  }
}
