/** Random operations on a practice Drive, for property tests. */
import fc from 'fast-check'
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import { DriveError } from '../../../activities/drive/simulator/model/errors.ts'
import { admin, file, folder, listAll } from './support.ts'

export const operation = fc.record({
  kind: fc.constantFrom('create', 'folder', 'rename', 'move', 'out', 'trash', 'untrash', 'delete', 'share', 'mess', 'lose'),
  what: fc.nat(),
  where: fc.nat(),
})

export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Does one thing to one item; refusals are part of life. */
export function apply(model: DriveModel, drives: readonly string[], { kind, what, where }: Operation): void {
  const home = drives[what % drives.length] ?? ''
  const files = listAll(model, admin, home, 1000)
  const one = files[what % Math.max(1, files.length)]
  const folders = [home, ...files.filter((item) => item.mimeType.endsWith('.folder')).map((item) => item.id)]
  const target = folders[where % folders.length] ?? home
  const abroad = drives[(what + 1) % drives.length] ?? ''
  try {
    if (kind === 'create') file(model, admin, target, `new ${what}`)
    if (kind === 'folder') folder(model, admin, target, `folder ${what}`)
    if (kind === 'mess' && what % 7 === 0) model.practice.mess(home, { seed: where, share: 0.2 })
    if (!one) return
    const parents = one.parents ?? []
    if (kind === 'rename') model.files.update(admin, one.id, { name: `renamed ${where}` })
    if (kind === 'move') model.files.update(admin, one.id, {}, { addParents: [target], removeParents: parents })
    if (kind === 'out') model.files.update(admin, one.id, {}, { addParents: [abroad], removeParents: parents })
    if (kind === 'trash') model.files.update(admin, one.id, { trashed: true })
    if (kind === 'untrash') model.files.update(admin, one.id, { trashed: false })
    if (kind === 'delete') model.files.delete(admin, one.id)
    if (kind === 'lose') model.practice.lose(one.id)
    if (kind === 'share')
      model.permissions.create(admin, one.id, { type: 'user', role: 'reader', emailAddress: `p${where}@practice.example` })
  } catch (error) {
    if (!(error instanceof DriveError)) throw error
  }
}
