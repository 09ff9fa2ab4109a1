import { expect, test } from 'vitest'
import type { PermissionBody } from '../../../activities/drive/simulator/model/requests.ts'
import { admin, dayMs, docMime, file, folder, listAll, person, practice, refusal, shortcutMime, stranger } from './support.ts'

const user = (emailAddress: string, role: PermissionBody['role'] = 'reader'): PermissionBody => ({ type: 'user', role, emailAddress })

test('an item shows its direct grant, those of the folders above, and the members', () => {
  const { model, drive } = practice()
  const outer = folder(model, admin, drive)
  const inner = folder(model, admin, outer)
  const id = file(model, admin, inner)
  model.permissions.create(admin, outer, user('ivan.petrov@practice.example', 'commenter'))
  model.permissions.create(admin, id, user('ivan.petrov@practice.example', 'writer'))
  model.permissions.create(admin, id, user(admin.email, 'reader'))
  const all = model.permissions.list(admin, id, {}).permissions
  const details = (email: string) => all.find((one) => one.emailAddress === email)
  expect(details('ivan.petrov@practice.example')).toMatchObject({
    role: 'writer',
    permissionDetails: [
      { permissionType: 'file', role: 'writer', inherited: false },
      { permissionType: 'file', role: 'commenter', inherited: true, inheritedFrom: outer },
    ],
  })
  expect(details(admin.email)).toMatchObject({
    role: 'organizer',
    permissionDetails: [
      { permissionType: 'file', role: 'reader', inherited: false },
      { permissionType: 'member', role: 'organizer', inherited: true, inheritedFrom: drive },
    ],
  })
})

test('hasAugmentedPermissions tells which items have direct grants, and files.get lists no permissions', () => {
  const { model, drive } = practice()
  const room = folder(model, admin, drive)
  const id = file(model, admin, room)
  model.permissions.create(admin, room, user('x@practice.example'))
  expect(model.files.get(admin, room).hasAugmentedPermissions).toBe(true)
  expect(model.files.get(admin, id).hasAugmentedPermissions).toBe(false)
  expect(Object.keys(model.files.get(admin, room).toJSON())).not.toEqual(
    expect.arrayContaining(['permissions', 'owners', 'shared', 'writersCanShare']),
  )
})

test('an inherited permission can be read on the item but not changed or removed there', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const inherited =
    model.permissions.list(admin, id, {}).permissions.find((one) => one.emailAddress === 'lena.berg@practice.example')?.id ?? ''
  expect(model.permissions.get(admin, id, inherited).role).toBe('commenter')
  expect(refusal(() => model.permissions.update(admin, id, inherited, { role: 'reader' }))).toBe('cannotModifyInheritedTeamDrivePermission')
  expect(refusal(() => model.permissions.delete(admin, id, inherited))).toBe('cannotModifyInheritedTeamDrivePermission')
  expect(refusal(() => model.permissions.delete(admin, id, 'nobody'))).toBe('permissionNotFound')
})

test('a grantee has one permission id, and a second grant replaces the first', () => {
  const { model, drive } = practice()
  const [a, b] = [file(model, admin, drive, 'a'), file(model, admin, drive, 'b')]
  const first = model.permissions.create(admin, a, user('Guest@Practice.Example', 'reader'))
  const second = model.permissions.create(admin, b, user('guest@practice.example', 'writer'))
  expect(second.id).toBe(first.id)
  expect(model.permissions.create(admin, a, user('guest@practice.example', 'commenter')).permissionDetails).toMatchObject([
    { role: 'commenter' },
  ])
})

test('limited access: only organizers and direct grantees get in, members still see the folder itself', () => {
  const { model, drive } = practice()
  const [manager, reader, invited] = [person('oncall'), person('kofi.mensah'), person('ben.okafor')]
  const room = model.files.create(admin, {
    name: 'room',
    mimeType: 'application/vnd.google-apps.folder',
    parents: [drive],
    inheritedPermissionsDisabled: true,
  }).id
  const inside = file(model, admin, room)
  model.permissions.create(admin, room, user(invited.email, 'writer'))
  expect(model.files.get(admin, inside).id).toBe(inside)
  expect(model.files.get(invited, inside).id).toBe(inside)
  expect(refusal(() => model.files.get(manager, inside))).toBe('fileNotFound')
  expect(model.files.get(reader, room).capabilities).toMatchObject({ canListChildren: false })
  expect(refusal(() => model.permissions.list(reader, room, {}))).toBe('insufficientFilePermissions')
  expect(listAll(model, reader, drive).map((one) => one.id)).not.toContain(inside)
  expect(
    model.permissions
      .list(admin, inside, {})
      .permissions.map((one) => one.role)
      .sort(),
  ).toEqual(['organizer', 'writer'])
  expect(refusal(() => model.files.update(manager, folder(model, admin, drive), { inheritedPermissionsDisabled: true }))).toBe(
    'insufficientFilePermissions',
  )
})

test.each([
  ['owner', 'file', 'ownerOnTeamDriveItemNotSupported'],
  ['organizer', 'folder', 'organizerOnNonTeamDriveItemNotSupported'],
  ['fileOrganizer', 'file', 'fileOrganizerOnFoldersInSharedDriveOnly'],
] as const)('the role %s cannot be granted on a %s', (role, where, code) => {
  const { model, drive } = practice()
  const id = where === 'file' ? file(model, admin, drive) : folder(model, admin, drive)
  expect(refusal(() => model.permissions.create(admin, id, user('x@practice.example', role)))).toBe(code)
})

test('members are users and groups only', () => {
  const { model, drive } = practice()
  expect(refusal(() => model.permissions.create(admin, drive, { type: 'anyone', role: 'reader' }))).toBe(
    'cannotShareTeamDriveTopFolderWithAnyoneOrDomains',
  )
  expect(refusal(() => model.permissions.create(admin, drive, { type: 'domain', role: 'reader', domain: 'practice.example' }))).toBe(
    'cannotShareTeamDriveTopFolderWithAnyoneOrDomains',
  )
  expect(
    model.permissions.create(admin, drive, { type: 'group', role: 'fileOrganizer', emailAddress: 'legal@practice.example' }),
  ).toMatchObject({ type: 'group', displayName: 'Legal team' })
})

test('grants need an address, a domain, a type and a role', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  for (const body of [
    { type: 'user', role: 'reader' },
    { type: 'domain', role: 'reader' },
    { role: 'reader' },
    { type: 'anyone' },
  ] as const) {
    expect(refusal(() => model.permissions.create(admin, id, body))).toBe('required')
  }
})

test('a drive for its domain only refuses external people, anyone and other domains, and shuts out those from before', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  model.permissions.create(admin, id, user(stranger.email))
  expect(model.files.get(stranger, id).id).toBe(id)
  model.drives.update(admin, drive, { restrictions: { domainUsersOnly: true } })
  for (const body of [
    user('x@external.example'),
    { type: 'anyone', role: 'reader' },
    { type: 'domain', role: 'reader', domain: 'external.example' },
  ] as const) {
    expect(refusal(() => model.permissions.create(admin, id, body))).toBe('teamDriveDomainUsersOnlyRestriction')
  }
  expect(refusal(() => model.files.get(stranger, id))).toBe('fileNotFound')
  expect(model.permissions.create(admin, id, user('x@practice.example')).role).toBe('reader')
})

test('a drive for its members only refuses others, and shuts out those from before', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const guest = person('ivan.petrov')
  model.permissions.create(admin, id, user(guest.email))
  model.drives.update(admin, drive, { restrictions: { driveMembersOnly: true } })
  expect(refusal(() => model.permissions.create(admin, id, user('new@practice.example')))).toBe('teamDriveTeamMembersOnlyRestriction')
  expect(refusal(() => model.files.get(guest, id))).toBe('fileNotFound')
  expect(model.permissions.create(admin, id, user('lena.berg@practice.example', 'writer')).role).toBe('writer')
})

test('the last organizer of a drive can be neither removed nor demoted', () => {
  const { model, drive } = practice()
  const me = model.permissions.list(admin, drive, {}).permissions.find((one) => one.role === 'organizer')?.id ?? ''
  expect(refusal(() => model.permissions.delete(admin, drive, me))).toBe('cannotDeletePermission')
  expect(refusal(() => model.permissions.update(admin, drive, me, { role: 'reader' }))).toBe('cannotDeletePermission')
})

test('a domain administrator may add members to a drive without being one, and only as administrator', () => {
  const { model, drive } = practice()
  const approver = { email: 'approver@practice.example', domainAdmin: true }
  const body = user('backup@practice.example', 'organizer')
  expect(refusal(() => model.permissions.create(approver, drive, body))).toBe('fileNotFound')
  expect(model.permissions.create(approver, drive, body, { useDomainAdminAccess: true, sendNotificationEmail: false }).role).toBe(
    'organizer',
  )
  expect(refusal(() => model.permissions.list(person('oncall'), drive, { useDomainAdminAccess: true }))).toBe(
    'insufficientAdministratorPrivileges',
  )
  expect(refusal(() => model.files.get(approver, file(model, admin, drive)))).toBe('fileNotFound')
})

test('a grant that expires ends by the clock, and its end is a change', () => {
  const { model, clock, drive } = practice()
  const id = file(model, admin, drive)
  const guest = person('ivan.petrov')
  model.permissions.create(admin, id, { ...user(guest.email), expirationTime: new Date(clock.now().getTime() + dayMs).toISOString() })
  const token = model.changes.getStartPageToken(admin, { driveId: drive })
  expect(model.files.get(guest, id).id).toBe(id)
  clock.advance(dayMs)
  expect(refusal(() => model.files.get(guest, id))).toBe('fileNotFound')
  expect(model.changes.list(admin, { driveId: drive, pageToken: token, includeItemsFromAllDrives: true }).changes).toMatchObject([
    { fileId: id, file: { hasAugmentedPermissions: false } },
  ])
})

test.each([
  ['in the past', -1, 'file', 'reader', 'expirationDatesMustBeInTheFuture'],
  ['more than a year away', 400, 'file', 'reader', 'expirationDatesMustBeInTheFuture'],
  ['for a writer of a folder', 1, 'folder', 'writer', 'cannotSetExpiration'],
  ['for a member', 1, 'drive', 'reader', 'expirationDateNotAllowedForSharedDriveMembers'],
] as const)('an expiry %s is refused', (_, days, where, role, code) => {
  const { model, clock, drive } = practice()
  const id = { file: () => file(model, admin, drive), folder: () => folder(model, admin, drive), drive: () => drive }[where]()
  const expirationTime = new Date(clock.now().getTime() + days * dayMs).toISOString()
  expect(refusal(() => model.permissions.create(admin, id, { ...user('x@practice.example', role), expirationTime }))).toBe(code)
})

test('a grant mails the person unless it is asked not to', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  model.permissions.create(admin, id, user('quiet@practice.example'), { sendNotificationEmail: false })
  model.permissions.create(admin, id, user('loud@practice.example'))
  expect(model.practice.mails().map((mail) => mail.to)).toEqual(['loud@practice.example'])
})

test('the sharing quota refuses grants beyond the knob', () => {
  const { model, drive } = practice({}, { knobs: { sharingLimit: 2 } })
  const id = file(model, admin, drive)
  const codes = ['a', 'b', 'c'].map((name) => refusal(() => model.permissions.create(admin, id, user(`${name}@practice.example`))))
  expect(codes).toEqual(['nothing was refused', 'nothing was refused', 'sharingRateLimitExceeded'])
})

test('sharing restrictions cannot be set on a shared drive item', () => {
  const { model, drive } = practice()
  expect(refusal(() => model.files.update(admin, file(model, admin, drive), { writersCanShare: false }))).toBe(
    'teamDrivesSharingRestrictionNotAllowed',
  )
})

test('a drive takes 600 members and 100 groups', () => {
  const { model, drive } = practice()
  const already = model.permissions.list(admin, drive, {}).permissions
  const groups = already.filter((one) => one.type === 'group').length
  for (let n = groups; n < 100; n++)
    model.permissions.create(admin, drive, { type: 'group', role: 'reader', emailAddress: `g${n}@practice.example` })
  expect(
    refusal(() => model.permissions.create(admin, drive, { type: 'group', role: 'reader', emailAddress: 'one.more@practice.example' })),
  ).toBe('membersLimitExceeded')
  for (let n = already.length + 100 - groups; n < 600; n++) model.permissions.create(admin, drive, user(`u${n}@practice.example`))
  expect(refusal(() => model.permissions.create(admin, drive, user('one.more@practice.example')))).toBe('membersLimitExceeded')
})

test('what is shared with a person who is no member is found under sharedWithMe, and nothing else is', () => {
  const { model } = practice({ items: 60 })
  const list = model.files.list(person('ivan.petrov'), { includeItemsFromAllDrives: true, sharedWithMe: true, pageSize: 1000 }).files
  const everything = model.practice.drives().flatMap(({ id }) => listAll(model, admin, id))
  const granted = everything.filter((one) =>
    model.permissions
      .list(admin, one.id, {})
      .permissions.some((p) => p.emailAddress === 'ivan.petrov@practice.example' && !p.permissionDetails?.some((d) => d.inherited)),
  )
  expect(list.map((one) => one.id).sort()).toEqual(granted.map((one) => one.id).sort())
  expect(list.every((one) => one.sharedWithMeTime !== undefined)).toBe(true)
})

test('a shortcut and a document can be shared like any file', () => {
  const { model, drive } = practice()
  const doc = model.files.create(admin, { name: 'doc', mimeType: docMime, parents: [drive] }).id
  const shortcut = model.files.create(admin, { name: 's', mimeType: shortcutMime, parents: [drive], shortcutDetails: { targetId: doc } }).id
  for (const id of [doc, shortcut])
    expect(model.permissions.create(admin, id, user('x@practice.example')).permissionDetails).toMatchObject([{ inherited: false }])
})
