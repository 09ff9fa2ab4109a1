import { drive } from './api.js'
import { ask, choiceField, textField } from './dialog.js'
import { button, doing, element, say, table } from './dom.js'

const fileRoles = [
  ['reader', 'Viewer'],
  ['commenter', 'Commenter'],
  ['writer', 'Contributor'],
]
const driveRoles = [...fileRoles, ['fileOrganizer', 'Content manager'], ['organizer', 'Manager']]
const words = new Map(driveRoles)

/** Shows who has access, and changes it. Each change takes effect at once. */
export async function editSharing(id, name) {
  const list = element('div', {})
  const refresh = async () => {
    const { permissions } = await drive.permissions(id)
    list.replaceChildren(
      table(
        'People with access',
        ['Who', 'Role', 'Actions'],
        permissions.map((held) => row(id, held, refresh)),
      ),
    )
  }
  await refresh()
  const add = button(
    'Add a person…',
    doing(() => addPerson(id, refresh)),
  )
  const open = button(
    'Open to anyone with the link',
    doing(() => share(id, { type: 'anyone', role: 'reader' }, refresh)),
  )
  await ask({ title: `Access to ${name}`, action: 'Done', fields: [list, element('p', { class: 'bar' }, add, open)] })
}

const rolesOf = (id) => (id.startsWith('0A') ? driveRoles : fileRoles)

function row(id, held, refresh) {
  const who = held.emailAddress ?? held.domain ?? 'Anyone with the link'
  const inherited = held.permissionDetails?.every((detail) => detail.inherited) ?? false
  const remove = async () => {
    await drive.unshare(id, held.id)
    say(`${who} has no access of their own any more.`)
    await refresh()
  }
  return {
    cells: [
      who,
      inherited ? `${words.get(held.role) ?? held.role} (from above)` : roleChoice(id, held, who, refresh),
      inherited ? '' : button('Remove', doing(remove), { class: 'danger', 'aria-label': `Remove ${who}` }),
    ],
  }
}

function roleChoice(id, held, who, refresh) {
  const change = async () => {
    await drive.changeRole(id, held.id, select.value)
    say(`${who} is now ${words.get(select.value)}.`)
    await refresh()
  }
  const options = rolesOf(id).map(([value, label]) => element('option', { value, selected: value === held.role }, label))
  const select = element('select', { 'aria-label': `Role of ${who}`, onchange: doing(change) }, ...options)
  return select
}

async function addPerson(id, refresh) {
  const fields = [textField('emailAddress', 'Mail address', '', { type: 'email' }), choiceField('role', 'Role', rolesOf(id), 'reader')]
  const answer = await ask({ title: 'Add a person', action: 'Add', fields })
  if (answer) await share(id, { type: 'user', ...answer }, refresh)
}

async function share(id, body, refresh) {
  await drive.share(id, body)
  say('Access is given.')
  await refresh()
}
