/** What the golden vaults of format 1 hold. A change here makes other vaults: make a next set beside the old one instead. */
import type { ManifestChange, ManifestRow } from '../../../activities/vault/index.ts'
import { noise } from '../support/vaults.ts'

export const folderType = 'application/vnd.google-apps.folder'
const ooxml = 'application/vnd.openxmlformats-officedocument.'

/** An item, and the bytes that it holds. */
export type Item = { readonly row: ManifestChange; readonly bytes?: Uint8Array }

type Over = Partial<ManifestRow> & { readonly bytes?: Uint8Array }

/** `parentId: ''` means none. */
function item(id: string, name: string, { bytes, ...over }: Over = {}): Item {
  const { parentId = '0AGolden', ...rest } = over
  const row: ManifestRow = {
    id,
    name,
    mimeType: 'text/plain',
    modifiedTime: '2026-01-02T03:04:05.678Z',
    version: '1',
    outcome: { status: 'stored' },
    ...(parentId !== '' && { parentId }),
    ...(bytes && { size: bytes.byteLength }),
    ...rest,
  }
  return bytes ? { row, bytes } : { row }
}

const folder = (id: string, name: string, over: Over = {}) => item(id, name, { mimeType: folderType, ...over })
const text = (id: string, name: string, words: string, over: Over = {}) => item(id, name, { bytes: Buffer.from(words), ...over })

const grants = [
  { id: 'p1', type: 'user', role: 'writer', emailAddress: 'ana@example.com' },
  { id: 'p2', type: 'domain', role: 'reader', domain: 'example.com', allowFileDiscovery: false },
] as const

/** More than 64 MiB, so that it is cut into segments; of one byte, so that it takes no room. */
const segmented = Buffer.alloc((64 << 20) + 5, 0x61)
/** An object of its own, and one whose frames do not compress. */
const large = Buffer.concat([Buffer.alloc(8 << 20, 0x62), Buffer.from('end')])
const photo = noise(3000, 'photo')

const hostile: readonly Item[] = [
  text('h01', '../../outside', 'no way out'),
  text('h02', '/etc/passwd', 'root'),
  text('h03', '', 'nameless'),
  text('h04', '..', 'dots'),
  text('h05', 'a\u0000b\nc\td\u0085e', 'controls'),
  text('h06', 'CON.txt', 'a device'),
  text('h07', 'lpt³ ', 'another'),
  text('h08', 'what? "this": <that>|*\\', 'wildcards'),
  text('h09', `${'long '.repeat(60)}.pdf`, 'long'),
  text('h10', 'ü'.repeat(150), 'long in bytes'),
  text('h11', 'Same', 'first'),
  text('h12', 'same', 'second'),
  text('h13', 'SAME', 'third'),
  text('h14', 'Caf\u00e9.txt', 'composed'),
  text('h15', 'CAFE\u0301.TXT', 'decomposed'),
  text('h16', 'stra\u00dfe', 'sharp'),
  text('h17', 'STRASSE', 'two'),
  text('h18', 'half \ud83d a pair', 'lone surrogate'),
  text('h19', 'tidy\u202egpj.exe', 'turned around'),
  text('h20', 'two\u2028lines', 'line separator'),
  text('h21', 'ends. . .', 'stops'),
  text('h22', 'astral \u{1f4be}', 'disk'),
  text('h23', '__proto__', 'prototype'),
]

const odd: readonly Item[] = [
  text('o1', 'alone', 'no parent', { parentId: '' }),
  text('o2', 'lost', 'parent is gone', { parentId: 'gone/../1' }),
  text('o3', 'child of a file', 'odd', { parentId: 'h11' }),
  folder('o4', 'ring one', { parentId: 'o5' }),
  folder('o5', 'ring two', { parentId: 'o4' }),
  text('o6', 'in a ring', 'round', { parentId: 'o5' }),
  ...Array.from({ length: 9 }, (_, n) =>
    folder(`n${n}`, `level ${n} of many ${'x'.repeat(60)}`, { parentId: n === 0 ? '0AGolden' : `n${n - 1}` }),
  ),
  text('o7', 'at the bottom', 'deep', { parentId: 'n8' }),
]

const everything: readonly Item[] = [
  folder('d1', 'Reports', { flags: { inheritedPermissionsDisabled: true }, permissions: grants }),
  folder('d2', '2026', { parentId: 'd1', modifiedTime: '2025-12-31T23:59:59Z' }),
  text('f1', 'plan.txt', 'The plan.\n', { parentId: 'd2', description: 'What we mean to do', properties: { stage: 'draft' } }),
  text('f2', 'plan.txt', 'Another plan.\n', { parentId: 'd2', permissions: grants }),
  item('f3', 'empty', { bytes: Buffer.alloc(0) }),
  item('f4', 'photo.png', { bytes: photo, mimeType: 'image/png' }),
  item('f5', 'large.log', { bytes: large }),
  item('f6', 'segmented.log', { bytes: segmented }),
  text('f7', 'copy of the plan.txt', 'The plan.\n'),
  text('f8', 'changing', 'before', { outcome: { status: 'failed', reason: 'keepsChanging' } }),
  text('f9', 'old.txt', 'in the trash', {
    parentId: 'd1',
    flags: { trashed: true, explicitlyTrashed: true },
    trashedTime: '2026-02-01T00:00:00Z',
  }),
  text('fa', 'no time.txt', 'when?', { modifiedTime: '0000-00-00T00:00:00Z' }),
  folder('fb', 'Old folder', { flags: { trashed: true } }),
  text('fc', 'within', 'trashed with its folder', { parentId: 'fb' }),
  native('g1', 'Minutes', 'document', `${ooxml}wordprocessingml.document`),
  native('g2', 'Budget.XLSX', 'spreadsheet', `${ooxml}spreadsheetml.sheet`),
  native('g3', 'Sketch', 'drawing', 'image/svg+xml'),
  native('g4', 'Unknown', 'novelty', 'application/x-novelty'),
  item('g5', 'Survey', { mimeType: 'application/vnd.google-apps.form', outcome: { status: 'metadata-only', reason: 'noExportFormat' } }),
  item('g6', 'secret.bin', { mimeType: 'application/octet-stream', size: 9, outcome: { status: 'skipped', reason: 'downloadForbidden' } }),
  item('g7', 'broken.bin', { outcome: { status: 'failed', reason: 'providerError' } }),
  item('s1', 'to the plan', {
    mimeType: 'application/vnd.google-apps.shortcut',
    shortcut: { targetId: 'f2', targetMimeType: 'text/plain' },
  }),
  item('s2', 'to nowhere', { mimeType: 'application/vnd.google-apps.shortcut', shortcut: { targetId: 'elsewhere/"1' } }),
  ...hostile,
  ...odd,
]

function native(id: string, name: string, kind: string, exportMimeType: string): Item {
  const over = { mimeType: `application/vnd.google-apps.${kind}`, content: { exportMimeType, canonicalDigest: `digest of ${id}` } }
  return text(id, name, `an export of ${name}`, over as unknown as Over)
}

/** The runs of `v1-local`: everything; changes with tombstones; nothing but a renamed drive. */
export const localRuns: readonly (readonly Item[])[] = [
  everything,
  [
    text('f1', 'plan v2.txt', 'The second plan.\n', { parentId: 'd2', version: '2' }),
    { row: { id: 'f2', removed: true } },
    { row: { id: 'd9', removed: true } },
    folder('d1', 'Reports and more', { version: '2' }),
    text('z1', 'new.txt', 'new', { comments: [{ id: 'c1', content: 'Good <b>work</b>', author: { displayName: 'Ana' } }] }),
    ...hostile.slice(0, 3).map(({ row: { id } }) => ({ row: { id, removed: true as const } })),
  ],
  [],
]

/** The runs of each drive of `v1-recovery`. */
export const recoveryRuns: Readonly<Record<string, readonly (readonly Item[])[]>> = {
  '0AFirst': [
    [text('a', 'before the recovery key.txt', 'one', { parentId: '0AFirst' })],
    [text('b', 'under a new key.txt', 'two', { parentId: '0AFirst' })],
  ],
  '0ASecond': [[text('a', 'after the recovery key.txt', 'three', { parentId: '0ASecond' })]],
}
