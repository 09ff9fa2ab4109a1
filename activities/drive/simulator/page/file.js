import { contentAddress, drive } from './api.js'
import { element, sizeInWords, timeInWords } from './dom.js'
import { actions } from './folder.js'

/** One file: what is known of it, its bytes or exports, and a look at it. */
export async function showFile(main, file, reload) {
  const parent = file.parents?.[0] ?? file.driveId
  main.append(
    element('p', { class: 'quiet' }, element('a', { href: '/' }, 'Drives'), ' / ', element('a', { href: `/file/${parent}` }, 'Folder')),
    element('h1', {}, file.name || '(no name)'),
    element(
      'div',
      { class: 'bar' },
      ...downloads(file),
      ...actions(file, reload, () => location.assign(`/file/${encodeURIComponent(parent)}`)),
    ),
    facts(file),
  )
  const preview = await previewOf(file)
  if (preview) main.append(element('h2', {}, 'Preview'), preview)
}

function downloads(file) {
  if (file.capabilities?.canDownload === false) return [element('span', { class: 'quiet' }, 'You may not download this file.')]
  if (file.webContentLink !== undefined) return [element('a', { class: 'button primary', href: contentAddress(file.id) }, 'Download')]
  return Object.keys(file.exportLinks ?? {}).map((type) =>
    element('a', { class: 'button', href: contentAddress(file.id, type) }, `Export as ${type.split(/[/.]/).at(-1)}`),
  )
}

function facts(file) {
  const rows = [
    ['Type', file.mimeType],
    ['Size', sizeInWords(file.size)],
    ['Created', timeInWords(file.createdTime)],
    ['Modified', `${timeInWords(file.modifiedTime)}${file.lastModifyingUser ? ` by ${file.lastModifyingUser.displayName}` : ''}`],
    ['In the trash', file.trashed ? `since ${timeInWords(file.trashedTime)}` : ''],
    ['Description', file.description],
    ['Shortcut to', file.shortcutDetails?.targetId],
    ['SHA-256', file.sha256Checksum],
    ['Id', file.id],
    ['Version', file.version],
  ]
  return element('dl', {}, ...rows.flatMap(([label, text]) => (text ? [element('dt', {}, label), element('dd', {}, text)] : [])))
}

async function previewOf(file) {
  if (file.webContentLink === undefined || file.capabilities?.canDownload === false) return undefined
  if (file.mimeType.startsWith('image/')) {
    return element('img', { class: 'preview', src: contentAddress(file.id), alt: `The image ${file.name}` })
  }
  const isText = /^text\/|json|xml|csv/.test(file.mimeType) && Number(file.size) > 0
  return isText ? element('pre', { tabindex: 0, 'aria-label': 'Beginning of the file' }, await drive.start(file.id)) : undefined
}
