/** What people do in the practice Drive. What Drive refuses has not happened; what it takes is written into the ledger. */
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import { DriveError } from '../../../activities/drive/simulator/model/errors.ts'
import type { Actor } from '../../../activities/drive/simulator/model/requests.ts'
import { folderMime, shortcutMime } from '../../simulator/model/support.ts'
import { chunked, noise } from '../../vault/support/vaults.ts'
import type { ItemState, Ledger } from './ledger.ts'

/** Bytes for a file: its length, and what tells them from others of that length. */
export type Bytes = { readonly size: number; readonly seed: number; readonly text: boolean }

export type Deeds = ReturnType<typeof createDeeds>

export function createDeeds(model: DriveModel, actor: Actor, ledger: Ledger, drives: readonly string[]) {
  const items = (): readonly (readonly [string, ItemState])[] => drives.flatMap((driveId) => [...ledger.live(driveId)])
  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length]
  const folders = (): readonly string[] => [...drives, ...items().flatMap(([id, { kind }]) => (kind === 'folder' ? [id] : []))]
  const item = (n: number) => pick(items(), n)

  /** One deed of a person: it happens in both, or in neither. */
  function deed<T>(work: () => T, note: (done: T) => void): void {
    let done: T
    try {
      done = work()
    } catch (error) {
      if (error instanceof DriveError) return
      throw error
    }
    ledger.begin()
    note(done)
  }

  async function upload({ size, seed, text }: Bytes) {
    const bytes = text ? Buffer.alloc(size, `line ${seed} `) : noise(size, seed)
    return { sha256: ledger.keep(bytes), media: { content: await model.content.put(chunked(bytes)), mimeType: 'application/octet-stream' } }
  }

  const homeOf = (parentId: string) => (drives.includes(parentId) ? parentId : (ledger.driveOf(parentId) ?? parentId))

  return {
    async createFile(folder: number, name: string, bytes: Bytes) {
      const parentId = pick(folders(), folder) ?? ''
      const { sha256, media } = await upload(bytes)
      deed(
        () => model.files.create(actor, { name, parents: [parentId], mimeType: media.mimeType }, media).id,
        (id) => ledger.write(homeOf(parentId), id, { name, parentId, kind: 'file', sha256, trashed: false, grants: {} }),
      )
    },
    createFolder(folder: number, name: string) {
      const parentId = pick(folders(), folder) ?? ''
      deed(
        () => model.files.create(actor, { name, parents: [parentId], mimeType: folderMime }).id,
        (id) => ledger.write(homeOf(parentId), id, { name, parentId, kind: 'folder', trashed: false, grants: {} }),
      )
    },
    createShortcut(folder: number, target: number, name: string) {
      const parentId = pick(folders(), folder) ?? ''
      const [targetId] = item(target) ?? []
      if (targetId === undefined) return
      deed(
        () => model.files.create(actor, { name, parents: [parentId], mimeType: shortcutMime, shortcutDetails: { targetId } }).id,
        (id) => ledger.write(homeOf(parentId), id, { name, parentId, kind: 'shortcut', targetId, trashed: false, grants: {} }),
      )
    },
    async edit(n: number, bytes: Bytes) {
      const files = items().filter(([, { kind }]) => kind === 'file')
      const [id] = pick(files, n) ?? []
      if (id === undefined) return
      const { sha256, media } = await upload(bytes)
      deed(
        () => model.files.update(actor, id, {}, {}, media),
        () => ledger.change(id, { sha256 }),
      )
    },
    rename(n: number, name: string) {
      const [id] = item(n) ?? []
      if (id === undefined) return
      deed(
        () => model.files.update(actor, id, { name }),
        () => ledger.change(id, { name }),
      )
    },
    /** Within a drive or into another one. */
    move(n: number, folder: number) {
      const [id, state] = item(n) ?? []
      const to = pick(folders(), folder)
      if (id === undefined || state === undefined || to === undefined || to === state.parentId) return
      deed(
        () => model.files.update(actor, id, {}, { addParents: [to], removeParents: [state.parentId] }),
        () => ledger.moveTo(id, homeOf(to), to),
      )
    },
    trash(n: number, trashed: boolean) {
      const [id] = item(n) ?? []
      if (id === undefined) return
      deed(
        () => model.files.update(actor, id, { trashed }),
        () => ledger.change(id, { trashed }),
      )
    },
    remove(n: number) {
      const [id] = item(n) ?? []
      if (id === undefined) return
      deed(
        () => model.files.delete(actor, id),
        () => ledger.drop(id),
      )
    },
    share(n: number, guest: number, role: 'reader' | 'commenter' | 'writer') {
      const [id, state] = item(n) ?? []
      const emailAddress = `guest${guest}@external.example`
      if (id === undefined || state === undefined || state.grants[emailAddress] !== undefined) return
      deed(
        () => model.permissions.create(actor, id, { type: 'user', role, emailAddress }, { sendNotificationEmail: false }),
        () => ledger.change(id, { grants: { ...state.grants, [emailAddress]: role } }),
      )
    },
    unshare(n: number) {
      const shared = items().filter(([, { grants }]) => Object.keys(grants).length > 0)
      const [id, state] = pick(shared, n) ?? []
      const [emailAddress] = Object.keys(state?.grants ?? {})
      if (id === undefined || state === undefined || emailAddress === undefined) return
      const { [emailAddress]: _, ...grants } = state.grants
      deed(
        () => {
          const { permissions } = model.permissions.list(actor, id, { pageSize: 100 })
          const mine = permissions.find((permission) => permission.emailAddress === emailAddress)
          if (mine) model.permissions.delete(actor, id, mine.id ?? '')
        },
        () => ledger.change(id, { grants }),
      )
    },
    renameDrive(n: number, name: string) {
      const driveId = pick(drives, n)
      if (driveId === undefined) return
      deed(
        () => model.drives.update(actor, driveId, { name }),
        () => {},
      )
    },
  }
}
