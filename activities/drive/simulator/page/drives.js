import { practice } from './api.js'
import { ask } from './dialog.js'
import { button, doing, element, say, table } from './dom.js'

/** All drives, each with its number of items. */
export async function showDrives(main, reload) {
  const { drives } = await practice.state()
  const rows = drives.map(({ id, name, items }) => ({
    cells: [
      element('a', { class: 'name', href: `/drive/${encodeURIComponent(id)}` }, name),
      items.toLocaleString(),
      button(
        'Make a mess…',
        doing(() => makeMess(id, name, reload)),
        { class: 'danger', 'aria-label': `Make a mess of ${name}` },
      ),
    ],
  }))
  main.append(
    element('h1', {}, 'Shared drives'),
    element('p', { class: 'quiet' }, 'A Drive to practise on: nothing here is real, and everything may be broken.'),
    rows.length > 0 ? table('Shared drives', ['Name', '#Items', 'Actions'], rows) : element('p', {}, 'There are no drives.'),
  )
}

export async function makeMess(id, name, reload) {
  const text =
    'Files are encrypted and renamed, some deleted for ever and some opened to anyone, as ransomware would. Only a backup brings them back.'
  if (!(await ask({ title: `Make a mess of ${name}?`, text, action: 'Make a mess', danger: true }))) return
  const { encrypted, deleted, shared } = await practice.mess(id)
  say(`Done: ${encrypted} encrypted, ${deleted} deleted, ${shared} opened to anyone.`)
  await reload()
}
