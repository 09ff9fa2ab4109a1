/** `files.*` */
import { need, rank, roleOnDrive, seen, seenDrive, sightOf } from './access.ts'
import type { FilesApi } from './api.ts'
import { copyFile, createFile } from './create-file.ts'
import { downloadFile, exportFile, mediaOf } from './download.ts'
import { DriveError } from './errors.ts'
import { fileView } from './file-view.ts'
import { freeFileId } from './ids.ts'
import { listLabels, modifyLabels } from './labels.ts'
import { listFiles, type OrderedLists } from './list-files.ts'
import type { Operations } from './operations.ts'
import type { Actor, WithLabels } from './requests.ts'
import type { File } from './resources.ts'
import type { Services } from './services.ts'
import type { Item } from './state.ts'
import { dropItem, dropItems } from './tree.ts'
import { updateFile } from './update-file.ts'

export function filesApi(services: Services, operations: Operations): FilesApi {
  const { world, store, run } = services
  const ordered: OrderedLists = { held: new Map(), next: 0 }
  const view = (actor: Actor, item: Item, options: WithLabels | undefined): File =>
    fileView(item, { sight: sightOf(world, actor), store, labels: options?.includeLabels ?? [] })
  return {
    get: (actor, id, options) => run(() => view(actor, seen(sightOf(world, actor), id), options)),
    list: (actor, args) => run(() => listFiles(world, store, ordered, actor, args)),
    create: (actor, body, media, options) =>
      run(() => view(actor, createFile(world, actor, body, media, options?.keepRevisionForever === true), options)),
    update: (actor, id, body, options, media) => run(() => view(actor, updateFile(world, actor, id, body, options ?? {}, media), options)),
    copy: (actor, id, body, options) =>
      run(() => {
        const kept = { keepRevisionForever: options?.keepRevisionForever === true, copyComments: options?.copyComments === true }
        return view(actor, copyFile(world, actor, id, body, kept), options)
      }),
    delete: (actor, id) =>
      run(() => {
        const sight = sightOf(world, actor)
        const item = seen(sight, id)
        if (item.parent === undefined) throw new DriveError('insufficientFilePermissions')
        need(sight, item, 'organizer')
        dropItem(world, item)
      }),
    emptyTrash: (actor, id) =>
      run(() => {
        const sight = sightOf(world, actor)
        const drive = seenDrive(sight, id)
        if (roleOnDrive(sight, drive) < rank.organizer) throw new DriveError('insufficientFilePermissions')
        dropItems(
          world,
          [...world.trash].filter((item) => item.drive === drive),
        )
      }),
    generateIds: (_actor, count) => {
      if (!Number.isInteger(count) || count < 1 || count > 1000) throw new DriveError('invalid', 'count', String(count))
      return { ids: Array.from({ length: count }, () => freeFileId(world)), space: 'drive' }
    },
    content: (actor, id, options) => run(() => mediaOf(services, actor, id, options ?? {})),
    export: async (actor, id, mimeType) => run(() => exportFile(services, actor, id, mimeType)),
    download: (actor, id, args) => run(() => downloadFile(services, operations, actor, id, args)),
    listLabels: (actor, id, args) => run(() => listLabels(world, actor, id, args)),
    modifyLabels: (actor, id, modifications) => run(() => modifyLabels(world, actor, id, modifications)),
  }
}
