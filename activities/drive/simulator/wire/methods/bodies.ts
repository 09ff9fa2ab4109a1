/** The bodies that programs send, by the fields that they may write. */
import { z } from 'zod'
import { flag, maybe, text } from '../http/typed-body.ts'

const texts = maybe(z.array(z.string()))
const pairs = maybe(z.record(z.string(), z.string().nullable()))
const downloadRestriction = maybe(z.object({ restrictedForReaders: flag, restrictedForWriters: flag }).transform(present))

/** Google reads an absent field and a field without a value alike; the model only knows the first. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T
}

export const fileFields = z.object({
  id: text,
  parents: texts,
  name: text,
  mimeType: text,
  description: z.string().nullish(),
  starred: flag,
  trashed: flag,
  createdTime: text,
  modifiedTime: text,
  originalFilename: text,
  folderColorRgb: z.string().nullish(),
  properties: pairs,
  appProperties: pairs,
  shortcutDetails: maybe(z.object({ targetId: text })),
  inheritedPermissionsDisabled: flag,
  copyRequiresWriterPermission: flag,
  writersCanShare: flag,
  downloadRestrictions: maybe(z.object({ itemDownloadRestriction: downloadRestriction })),
  contentRestrictions: maybe(z.array(z.object({ readOnly: flag, reason: text, ownerRestricted: flag }).transform(present))),
})

const restrictions = z
  .object({
    adminManagedRestrictions: flag,
    copyRequiresWriterPermission: flag,
    domainUsersOnly: flag,
    driveMembersOnly: flag,
    sharingFoldersRequiresOrganizerPermission: flag,
    downloadRestriction,
  })
  .transform(present)

export const driveBody = z
  .object({ name: text, themeId: text, colorRgb: text, hidden: flag, restrictions: maybe(restrictions) })
  .transform(present)

export const permissionBody = z
  .object({
    type: maybe(z.enum(['user', 'group', 'domain', 'anyone'])),
    role: maybe(z.enum(['owner', 'organizer', 'fileOrganizer', 'writer', 'commenter', 'reader'])),
    emailAddress: text,
    domain: text,
    allowFileDiscovery: flag,
    expirationTime: text,
    view: text,
  })
  .transform(present)

export const revisionBody = z.object({ keepForever: flag }).transform(present)

const quoted = z.object({ mimeType: text, value: text }).transform(present)
export const commentBody = z.object({ content: text, anchor: text, quotedFileContent: maybe(quoted) }).transform(present)
export const replyBody = z.object({ content: text, action: maybe(z.enum(['resolve', 'reopen'])) }).transform(present)

const fieldModification = z
  .object({
    fieldId: z.string(),
    unsetValues: flag,
    setTextValues: texts,
    setIntegerValues: maybe(z.array(z.string().regex(/^-?\d+$/))),
    setSelectionValues: texts,
    setDateValues: texts,
    setUserValues: texts,
  })
  .transform(present)
const labelModification = z
  .object({ labelId: z.string(), removeLabel: flag, fieldModifications: maybe(z.array(fieldModification)) })
  .transform(present)
export const labelsBody = z.object({ labelModifications: maybe(z.array(labelModification)) })
