import { expect, test } from 'vitest'
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import type { Actor } from '../../../activities/drive/simulator/model/requests.ts'
import { admin, docMime, file, folder, media, person, practice, refusal } from './support.ts'

type Scene = {
  readonly model: DriveModel
  readonly actor: Actor
  readonly drive: string
  readonly other: string
  readonly folder: string
  readonly file: string
  readonly doc: string
}

const roles = ['reader', 'commenter', 'writer', 'fileOrganizer', 'organizer'] as const
const content = { content: { sha256: 'x', md5: 'x', sha1: 'x', size: 1 } }

/** Each deed with the least role that may do it, and the capability of the file or folder that says so. */
const deeds: readonly (readonly [
  name: string,
  least: (typeof roles)[number],
  deed: (scene: Scene) => unknown,
  capability?: readonly ['file' | 'folder', string],
])[] = [
  ['read a file', 'reader', ({ model, actor, file }) => model.files.get(actor, file)],
  ['download a file', 'reader', ({ model, actor, file }) => model.files.content(actor, file), ['file', 'canDownload']],
  ['list permissions', 'reader', ({ model, actor, file }) => model.permissions.list(actor, file, {})],
  ['list comments', 'reader', ({ model, actor, file }) => model.comments.list(actor, file, {})],
  ['star a file', 'reader', ({ model, actor, file }) => model.files.update(actor, file, { starred: true })],
  ['comment', 'commenter', ({ model, actor, file }) => model.comments.create(actor, file, { content: 'hm' }), ['file', 'canComment']],
  ['rename a file', 'writer', ({ model, actor, file }) => model.files.update(actor, file, { name: 'new' }), ['file', 'canRename']],
  ['replace content', 'writer', ({ model, actor, file }) => model.files.update(actor, file, {}, {}, content), ['file', 'canModifyContent']],
  ['create in a folder', 'writer', ({ model, actor, folder: parent }) => file(model, actor, parent), ['folder', 'canAddChildren']],
  ['read revisions', 'writer', ({ model, actor, file }) => model.revisions.list(actor, file, {}), ['file', 'canReadRevisions']],
  ['modify labels', 'writer', ({ model, actor, file }) => model.files.modifyLabels(actor, file, []), ['file', 'canModifyLabels']],
  [
    'share a file',
    'writer',
    ({ model, actor, file }) => model.permissions.create(actor, file, { type: 'user', role: 'reader', emailAddress: 'x@practice.example' }),
    ['file', 'canShare'],
  ],
  [
    'lock a file',
    'writer',
    ({ model, actor, file }) => model.files.update(actor, file, { contentRestrictions: [{ readOnly: true }] }),
    ['file', 'canModifyEditorContentRestriction'],
  ],
  [
    'share a folder',
    'fileOrganizer',
    ({ model, actor, folder }) =>
      model.permissions.create(actor, folder, { type: 'user', role: 'reader', emailAddress: 'x@practice.example' }),
    ['folder', 'canShare'],
  ],
  ['trash a file', 'fileOrganizer', ({ model, actor, file }) => model.files.update(actor, file, { trashed: true }), ['file', 'canTrash']],
  [
    'move within the drive',
    'fileOrganizer',
    ({ model, actor, file, folder, drive }) => model.files.update(actor, file, {}, { addParents: [folder], removeParents: [drive] }),
    ['file', 'canMoveItemWithinDrive'],
  ],
  [
    'forbid copies to readers',
    'fileOrganizer',
    ({ model, actor, file }) => model.files.update(actor, file, { copyRequiresWriterPermission: true }),
    ['file', 'canChangeCopyRequiresWriterPermission'],
  ],
  [
    'lock a file for organizers',
    'organizer',
    ({ model, actor, file }) => model.files.update(actor, file, { contentRestrictions: [{ readOnly: true, ownerRestricted: true }] }),
    ['file', 'canModifyOwnerContentRestriction'],
  ],
  [
    'restrict downloads',
    'organizer',
    ({ model, actor, file }) =>
      model.files.update(actor, file, { downloadRestrictions: { itemDownloadRestriction: { restrictedForReaders: true } } }),
    ['file', 'canChangeItemDownloadRestriction'],
  ],
  [
    'move out of the drive',
    'organizer',
    ({ model, actor, file, drive, other }) => model.files.update(actor, file, {}, { addParents: [other], removeParents: [drive] }),
    ['file', 'canMoveItemOutOfDrive'],
  ],
  ['delete for ever', 'organizer', ({ model, actor, file }) => model.files.delete(actor, file), ['file', 'canDelete']],
  ['empty the trash', 'organizer', ({ model, actor, drive }) => model.files.emptyTrash(actor, drive)],
  [
    'limit a folder',
    'organizer',
    ({ model, actor, folder }) => model.files.update(actor, folder, { inheritedPermissionsDisabled: true }),
    ['folder', 'canDisableInheritedPermissions'],
  ],
  [
    'add a member',
    'organizer',
    ({ model, actor, drive }) =>
      model.permissions.create(actor, drive, { type: 'user', role: 'reader', emailAddress: 'x@practice.example' }),
  ],
  ['rename the drive', 'organizer', ({ model, actor, drive }) => model.drives.update(actor, drive, { name: 'x' })],
]

function scene(role: (typeof roles)[number]): Scene {
  const { model, drive, other } = practice()
  const actor = person('somebody')
  model.permissions.create(admin, drive, { type: 'user', role, emailAddress: actor.email })
  model.permissions.create(admin, other, { type: 'user', role: 'writer', emailAddress: actor.email })
  const doc = model.files.create(admin, { name: 'doc', mimeType: docMime, parents: [drive] }).id
  return { model, actor, drive, other, folder: folder(model, admin, drive), file: file(model, admin, drive), doc }
}

const cases = deeds.flatMap(([name, least, deed, capability]) =>
  roles.map((role) => ({ name, role, may: roles.indexOf(role) >= roles.indexOf(least), deed, capability })),
)

test.each(cases)('$role, $name: $may', ({ role, may, deed, capability }) => {
  const set = scene(role)
  if (capability) expect(set.model.files.get(set.actor, set[capability[0]]).capabilities[capability[1]]).toBe(may)
  const outcome = refusal(() => deed(set))
  if (may) expect(outcome).toBe('nothing was refused')
  else expect(['insufficientFilePermissions', 'insufficientParentPermissions', 'commentsNotSupported']).toContain(outcome)
})

test('a drive can leave the sharing of folders to its organizers', () => {
  const { model, drive, actor, folder: room, file: id } = scene('fileOrganizer')
  model.drives.update(admin, drive, { restrictions: { sharingFoldersRequiresOrganizerPermission: true } })
  const share = (what: string) => () =>
    model.permissions.create(actor, what, { type: 'user', role: 'reader', emailAddress: 'x@practice.example' })
  expect([refusal(share(room)), refusal(share(id))]).toEqual(['teamDrivesFolderSharingNotSupported', 'nothing was refused'])
})

test.each([
  ['restrictedForReaders', ['reader', 'commenter']],
  ['restrictedForWriters', ['reader', 'commenter', 'writer', 'fileOrganizer']],
] as const)('a download restriction %s on the file or its drive blocks %j', (restriction, blocked) => {
  for (const where of ['file', 'drive'] as const) {
    for (const role of roles) {
      const { model, actor, drive, file: id } = scene(role)
      if (where === 'file') model.files.update(admin, id, { downloadRestrictions: { itemDownloadRestriction: { [restriction]: true } } })
      else model.drives.update(admin, drive, { restrictions: { downloadRestriction: { [restriction]: true } } })
      const expected = (blocked as readonly string[]).includes(role) ? 'cannotDownloadFile' : 'nothing was refused'
      expect([where, role, refusal(() => model.files.content(actor, id))]).toEqual([where, role, expected])
      expect(model.files.get(actor, id).capabilities['canDownload']).toBe(expected !== 'cannotDownloadFile')
    }
  }
})

test('copyRequiresWriterPermission keeps readers and commenters from downloading and copying', () => {
  const { model, actor, file: id, drive } = scene('commenter')
  model.files.update(admin, id, { copyRequiresWriterPermission: true })
  expect(refusal(() => model.files.content(actor, id))).toBe('cannotDownloadFile')
  expect(refusal(() => model.files.copy(actor, id, { parents: [drive] }))).toBe('cannotCopyFile')
})

test('a locked file takes no new content, name or comment until the lock is taken off', async () => {
  const { model, file: id, actor } = scene('writer')
  model.files.update(actor, id, { contentRestrictions: [{ readOnly: true, reason: 'Final' }] })
  expect(model.files.get(actor, id).contentRestrictions).toMatchObject([
    { readOnly: true, reason: 'Final', restrictingUser: { emailAddress: actor.email } },
  ])
  const text = await media(model, 'x')
  for (const deed of [
    () => model.files.update(admin, id, {}, {}, text),
    () => model.files.update(admin, id, { name: 'other' }),
    () => model.comments.create(admin, id, { content: 'x' }),
  ])
    expect(refusal(deed)).toBe('contentRestricted')
  model.files.update(actor, id, { contentRestrictions: [{ readOnly: false }] })
  expect(model.files.update(actor, id, { name: 'other' }).name).toBe('other')
})

test('a lock of an organizer cannot be taken off by a writer', () => {
  const { model, file: id, actor } = scene('writer')
  model.files.update(admin, id, { contentRestrictions: [{ readOnly: true, ownerRestricted: true }] })
  expect(refusal(() => model.files.update(actor, id, { contentRestrictions: [{ readOnly: false }] }))).toBe('insufficientFilePermissions')
})

test('a stranger is told that nothing exists', () => {
  const { model, drive, file: id } = scene('reader')
  const nobody = person('nobody')
  expect(refusal(() => model.files.get(nobody, id))).toBe('fileNotFound')
  expect(refusal(() => model.drives.get(nobody, drive))).toBe('driveNotFound')
  expect(refusal(() => model.changes.getStartPageToken(nobody, { driveId: drive }))).toBe('driveNotFound')
  expect(refusal(() => model.files.list(nobody, { driveId: drive, includeItemsFromAllDrives: true }))).toBe('driveNotFound')
})
