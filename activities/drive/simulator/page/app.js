import { actAs, actor, drive, practice } from './api.js'
import { complain, element } from './dom.js'
import { showDrives } from './drives.js'
import { showFile } from './file.js'
import { folderType, showFolder } from './folder.js'
import { showLedger } from './ledger.js'

const main = document.querySelector('#main')

/** Shows the page that the address names. */
async function show() {
  const shown = document.createDocumentFragment()
  try {
    await fill(shown)
  } catch (error) {
    complain(error)
    shown.append(element('h1', {}, 'This cannot be shown'), element('p', {}, error.message), element('a', { href: '/' }, 'All drives'))
  }
  main.replaceChildren(shown)
  const heading = main.querySelector('h1')?.textContent ?? ''
  document.title = heading ? `${heading} · Practice Drive` : 'Practice Drive'
}

async function fill(shown) {
  if (location.pathname === '/') return showDrives(shown, show)
  if (location.pathname === '/ledger') return showLedger(shown, show)
  const file = await drive.file(decodeURIComponent(location.pathname.split('/')[2]))
  if (file.id === file.driveId) file.name = await drive.named(file.id)
  if (file.mimeType === folderType) return showFolder(shown, file, show, new URLSearchParams(location.search).has('trash'))
  return showFile(shown, file, show)
}

/** Fills the list of people and acts as the one chosen before, or as the first admin. */
async function choosePerson() {
  const { people } = await practice.state()
  const select = document.querySelector('#person')
  const known = people.find(({ email }) => email === actor()) ?? people.find(({ admin }) => admin)
  if (known) actAs(known.email)
  select.append(
    ...people.map(({ email, name, admin }) =>
      element('option', { value: email, selected: email === known?.email }, admin ? `${name} (admin)` : name),
    ),
  )
  select.addEventListener('change', () => {
    actAs(select.value)
    show()
  })
}

choosePerson().then(show, complain)
