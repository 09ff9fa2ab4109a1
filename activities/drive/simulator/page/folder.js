import { drive } from './api.js'
import { ask, textField } from './dialog.js'
import { button, doing, element, say, sizeInWords, table, timeInWords } from './dom.js'
import { makeMess } from './drives.js'
import { editSharing } from './sharing.js'

export const folderType = 'application/vnd.google-apps.folder'

/** What is in a folder, or in the trash of its drive. */
export async function showFolder(main, folder, reload, trash) {
  const isTop = folder.id === folder.driveId
  const up = folder.parents?.[0]
  const address = `/file/${encodeURIComponent(folder.id)}`
  const body = element('div', {})
  main.append(
    element(
      'p',
      { class: 'quiet' },
      element('a', { href: '/' }, 'Drives'),
      ' / ',
      up && !isTop ? element('a', { href: `/file/${up}` }, 'Up') : '',
    ),
    element('h1', {}, trash ? `Trash of ${folder.name}` : folder.name),
    element('div', { class: 'bar' }, ...(trash ? trashTools(folder, reload, address) : folderTools(folder, isTop, reload, address))),
    body,
  )
  await addPage(body, folder, reload, trash)
}

function folderTools(folder, isTop, reload, address) {
  const picker = element('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Files to upload' })
  picker.addEventListener(
    'change',
    doing(() => upload(folder, picker.files, reload)),
  )
  const sharing = isTop ? 'Members…' : 'Sharing…'
  return [
    button('Upload…', () => picker.click(), { class: 'primary' }),
    picker,
    button(
      'New folder…',
      doing(() => newFolder(folder, reload)),
    ),
    button(
      sharing,
      doing(() => editSharing(folder.id, folder.name)),
    ),
    ...(isTop ? [element('a', { class: 'button', href: `${address}?trash` }, 'Trash')] : []),
    ...(isTop
      ? [
          button(
            'Make a mess…',
            doing(() => makeMess(folder.driveId, folder.name, reload)),
            { class: 'danger' },
          ),
        ]
      : []),
  ]
}

function trashTools(folder, reload, address) {
  const empty = async () => {
    const text = 'Everything in the trash of this drive is deleted for ever.'
    if (!(await ask({ title: 'Empty the trash?', text, action: 'Empty trash', danger: true }))) return
    await drive.emptyTrash(folder.driveId)
    say('The trash is empty.')
    await reload()
  }
  return [element('a', { class: 'button', href: address }, 'Back'), button('Empty trash…', doing(empty), { class: 'danger' })]
}

async function addPage(body, folder, reload, trash, pageToken) {
  const { files, nextPageToken } = await drive.children(folder.driveId, folder.id, trash, pageToken)
  const rows = files.map((file) => ({
    class: file.trashed ? 'trashed' : '',
    cells: [
      nameOf(file),
      sizeInWords(file.size),
      timeInWords(file.modifiedTime),
      element('div', { class: 'bar' }, ...actions(file, reload)),
    ],
  }))
  if (rows.length > 0) body.append(table('Files', ['Name', '#Size', 'Modified', 'Actions'], rows))
  else if (!pageToken) body.append(element('p', {}, trash ? 'The trash is empty.' : 'This folder is empty.'))
  if (nextPageToken === undefined) return
  const more = button(
    'Show more',
    doing(() => addPage(body, folder, reload, trash, nextPageToken).then(() => more.remove())),
  )
  body.append(more)
}

function nameOf(file) {
  const kind = file.mimeType === folderType ? 'Folder' : file.mimeType.replace('application/vnd.google-apps.', 'Google ')
  const shared = file.hasAugmentedPermissions ? ' · shared' : ''
  const link = element('a', { class: 'name', href: `/file/${encodeURIComponent(file.id)}` }, file.name || '(no name)')
  return element('span', {}, link, element('br'), element('small', {}, `${kind}${shared}`))
}

/** Buttons for one item; what the person may not do is disabled. `gone` is called when the item exists no more. */
export function actions(file, reload, gone = reload) {
  const may = file.capabilities ?? {}
  const labelled = (label, work, allowed, extra = {}) =>
    button(label, doing(work), { 'aria-label': `${label} ${file.name}`, disabled: allowed === false, ...extra })
  const change = async (body, text) => {
    await drive.update(file.id, body)
    say(text)
    await reload()
  }
  if (file.trashed) {
    return [
      labelled('Restore', () => change({ trashed: false }, `${file.name} is back.`), may.canUntrash),
      labelled('Delete for ever…', () => removeForEver(file, gone), may.canDelete, { class: 'danger' }),
    ]
  }
  return [
    labelled('Rename…', () => rename(file, change), may.canRename),
    labelled('Sharing…', () => editSharing(file.id, file.name), undefined),
    labelled('Move to trash', () => change({ trashed: true }, `${file.name} is in the trash.`), may.canTrash),
    labelled('Delete for ever…', () => removeForEver(file, gone), may.canDelete, { class: 'danger' }),
  ]
}

async function rename(file, change) {
  const answer = await ask({ title: 'Rename', action: 'Rename', fields: [textField('name', 'New name', file.name)] })
  if (answer) await change({ name: answer.name }, `Renamed to ${answer.name}.`)
}

async function removeForEver(file, gone) {
  const text = 'It does not go to the trash: only a backup brings it back.'
  if (!(await ask({ title: `Delete ${file.name} for ever?`, text, action: 'Delete for ever', danger: true }))) return
  await drive.remove(file.id)
  say(`${file.name} is deleted.`)
  await gone()
}

async function newFolder(folder, reload) {
  const answer = await ask({ title: 'New folder', action: 'Create', fields: [textField('name', 'Name', 'New folder')] })
  if (!answer) return
  await drive.create({ name: answer.name, mimeType: folderType, parents: [folder.id] })
  say(`${answer.name} is created.`)
  await reload()
}

async function upload(folder, files, reload) {
  for (const file of files) {
    say(`Uploading ${file.name}…`)
    await drive.upload(folder.id, file)
  }
  say(`${files.length} uploaded.`)
  await reload()
}
