import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import type { File } from '../../../activities/drive/simulator/model/resources.ts'
import { admin, file, folder, folderMime, listAll, person, practice } from './support.ts'

/** Ivan and Goran are of the legal team, Elif is not. */
const people = ['ivan.petrov', 'goran.novak', 'elif.yilmaz'] as const

type Step = { readonly kind: 'folder' | 'file' | 'grant' | 'group' | 'limit'; readonly where: number; readonly who: number }
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('folder', 'folder', 'file', 'file', 'grant', 'group', 'limit'),
  where: fc.nat(50),
  who: fc.nat(2),
})

/** Builds a tree with grants and limits in any order; returns the ids that were made. */
function build(model: DriveModel, drive: string, steps: readonly Step[]): readonly string[] {
  const folders = [drive]
  const all: string[] = []
  for (const { kind, where, who } of steps) {
    const parent = folders[where % folders.length] ?? drive
    const target = all[where % Math.max(1, all.length)]
    if (kind === 'folder') folders.push(folder(model, admin, parent))
    if (kind === 'folder') all.push(folders.at(-1) ?? '')
    if (kind === 'file') all.push(file(model, admin, parent))
    if (!target) continue
    if (kind === 'grant')
      model.permissions.create(admin, target, { type: 'user', role: 'reader', emailAddress: `${people[who]}@practice.example` })
    if (kind === 'group') model.permissions.create(admin, target, { type: 'group', role: 'reader', emailAddress: 'legal@practice.example' })
    if (kind === 'limit' && model.files.get(admin, target).mimeType === folderMime)
      model.files.update(admin, target, { inheritedPermissionsDisabled: who !== 0 })
  }
  return all
}

/** What permissions.list says of a person: the permissions of an item name them or a group of theirs. */
function named(model: DriveModel, one: File, who: string): boolean {
  const address = `${who}@practice.example`
  const addresses = [address, ...model.directory.groups.filter((group) => group.members.includes(address)).map((group) => group.email)]
  return model.permissions.list(admin, one.id, {}).permissions.some((permission) => addresses.includes(permission.emailAddress ?? ''))
}

test('who sees an item is who its permissions name, and a limited folder also shows itself to the readers around it', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.boolean(), (steps, member) => {
      const { model } = practice({ drives: 1, items: 9 })
      const drive = model.drives.create(admin, 'r', { name: 'Own' }).id
      if (member) model.permissions.create(admin, drive, { type: 'user', role: 'commenter', emailAddress: 'elif.yilmaz@practice.example' })
      const made = build(model, drive, steps)
      const files = new Map(listAll(model, admin, drive).map((one) => [one.id, one]))
      expect([...files.keys()].sort()).toEqual([...made].sort())
      for (const who of people) {
        const wanted = made.filter((id) => {
          const one = files.get(id) as File
          const parent = files.get(one.parents?.[0] ?? '') ?? model.files.get(admin, drive)
          return named(model, one, who) || (one.inheritedPermissionsDisabled === true && named(model, parent, who))
        })
        const seen = model.files
          .list(person(who), { includeItemsFromAllDrives: true, pageSize: 1000 })
          .files.filter((one) => one.driveId === drive)
        const readable = wanted.filter((id) => named(model, files.get(id) as File, who))
        expect(seen.map((one) => one.id)).toEqual(expect.arrayContaining(readable))
        for (const id of made) {
          const visible = wanted.includes(id)
          if (visible) expect(model.files.get(person(who), id).id).toBe(id)
          else expect(() => model.files.get(person(who), id)).toThrow('File not found')
        }
        expect(seen.every((one) => wanted.includes(one.id))).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})
