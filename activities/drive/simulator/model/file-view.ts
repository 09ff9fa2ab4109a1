/** The lazy File resource: a window on an item for one actor. Nothing is computed until it is read. */
import { canSee, rank, roleOn, roleOnDrive, type Sight } from './access.ts'
import { downloadRestriction, fileCapabilities } from './capabilities.ts'
import type { ContentStore } from './content-store.ts'
import { headSha1, headSums, revisionName, searchText } from './contents.ts'
import { exportFormats } from './formats.ts'
import { labelOf } from './label-view.ts'
import { nativeText } from './native-text.ts'
import { principalsOn } from './permission-view.ts'
import type { File, User } from './resources.ts'
import { type Item, isBlob, isFolder, isNative, isShortcut } from './state.ts'
import { isTrashed } from './tree.ts'
import { iso, userOf } from './users.ts'

export type Lens = { readonly sight: Sight; readonly store: ContentStore; readonly labels: readonly string[] }

class FileView implements File {
  readonly kind = 'drive#file'
  readonly #item: Item
  readonly #lens: Lens
  /** Sorting by time reads them again and again. */
  #created: string | undefined
  #modified: string | undefined

  constructor(item: Item, lens: Lens) {
    this.#item = item
    this.#lens = lens
  }

  get id(): string {
    return this.#item.id
  }
  /** Google calls every drive's top folder the same. */
  get name(): string {
    return this.#item.parent === undefined ? 'Drive' : this.#item.name
  }
  get mimeType(): string {
    return this.#item.mime
  }
  get parents(): readonly string[] | undefined {
    const { parent } = this.#item
    return parent && canSee(this.#lens.sight, parent) ? [parent.id] : undefined
  }
  get driveId(): string {
    return this.#item.drive.id
  }
  get teamDriveId(): string {
    return this.#item.drive.id
  }
  get description(): string | undefined {
    return this.#item.more?.description
  }
  get starred(): boolean {
    return this.#item.more?.starredBy?.includes(this.#lens.sight.email) ?? false
  }
  get trashed(): boolean {
    return isTrashed(this.#item)
  }
  get explicitlyTrashed(): boolean {
    return this.#item.trashedAt > 0
  }
  get trashedTime(): string | undefined {
    for (let node: Item | undefined = this.#item; node; node = node.parent) if (node.trashedAt > 0) return iso(node.trashedAt)
    return undefined
  }
  get trashingUser(): User | undefined {
    const by = this.#item.more?.trashedBy
    return by === undefined ? undefined : this.#user(by)
  }
  get createdTime(): string {
    this.#created ??= iso(this.#item.createdAt)
    return this.#created
  }
  get modifiedTime(): string {
    this.#modified ??= iso(this.#item.modifiedAt)
    return this.#modified
  }
  get modifiedByMe(): boolean {
    return this.#item.modifiedBy === this.#lens.sight.email
  }
  get modifiedByMeTime(): string | undefined {
    return this.modifiedByMe ? this.modifiedTime : undefined
  }
  get viewedByMe(): boolean {
    return this.modifiedByMe
  }
  get version(): string {
    return String(this.#item.version)
  }
  get size(): string | undefined {
    return this.#item.size < 0 ? undefined : String(this.#item.size)
  }
  get quotaBytesUsed(): string {
    const past = this.#item.more?.past?.reduce((sum, revision) => sum + (revision.keep ? revision.size : 0), 0) ?? 0
    return String(isBlob(this.#item) ? this.#item.size + past : 0)
  }
  get headRevisionId(): string | undefined {
    return isBlob(this.#item) ? revisionName(this.#item, this.#item.revision) : undefined
  }
  get md5Checksum(): string | undefined {
    return headSums(this.#lens.sight.world, this.#item)?.md5
  }
  get sha1Checksum(): string | undefined {
    return headSha1(this.#lens.sight.world, this.#item)
  }
  get sha256Checksum(): string | undefined {
    return headSums(this.#lens.sight.world, this.#item)?.sha256
  }
  get originalFilename(): string | undefined {
    return isBlob(this.#item) ? (this.#item.more?.originalName ?? this.#item.name) : undefined
  }
  get fileExtension(): string | undefined {
    return isBlob(this.#item) ? (/\.([^.]+)$/.exec(this.#item.name)?.[1] ?? '') : undefined
  }
  get fullFileExtension(): string | undefined {
    return isBlob(this.#item) ? (/\.((?:tar\.)?[^.]+)$/.exec(this.#item.name)?.[1] ?? '') : undefined
  }
  get spaces(): readonly string[] {
    return ['drive']
  }
  get webViewLink(): string {
    if (isFolder(this.#item)) return `https://drive.google.com/drive/folders/${this.#item.id}`
    return `https://drive.google.com/file/d/${this.#item.id}/view?usp=drivesdk`
  }
  get webContentLink(): string | undefined {
    return isBlob(this.#item) ? `https://drive.google.com/uc?id=${this.#item.id}&export=download` : undefined
  }
  get iconLink(): string {
    return `https://drive-thirdparty.googleusercontent.com/16/type/${this.#item.mime}`
  }
  get hasThumbnail(): boolean {
    return false
  }
  get thumbnailVersion(): string {
    return '0'
  }
  get isAppAuthorized(): boolean {
    return true
  }
  get exportLinks(): Readonly<Record<string, string>> | undefined {
    const targets = exportFormats[this.#item.mime]
    if (!targets || !isNative(this.#item)) return undefined
    const link = (to: string) =>
      `https://docs.google.com/feeds/download/documents/export/Export?id=${this.#item.id}&exportFormat=${encodeURIComponent(to)}`
    return Object.fromEntries(targets.map((to) => [to, link(to)]))
  }
  get folderColorRgb(): string | undefined {
    return isFolder(this.#item) ? (this.#item.more?.color ?? '#8f8f8f') : undefined
  }
  get resourceKey(): string | undefined {
    return this.#item.more?.resourceKey
  }
  get properties(): Readonly<Record<string, string>> | undefined {
    return this.#item.more?.properties
  }
  get appProperties(): Readonly<Record<string, string>> | undefined {
    return this.#item.more?.appProperties?.[this.#lens.sight.app]
  }
  get shortcutDetails(): { readonly targetId: string; readonly targetMimeType: string } | undefined {
    const target = this.#item.more?.shortcut
    return target && isShortcut(this.#item) ? { targetId: target.targetId, targetMimeType: target.targetMime } : undefined
  }
  get lastModifyingUser(): User | undefined {
    return this.#user(this.#item.modifiedBy)
  }
  get sharingUser(): User | undefined {
    const grant = this.#ownGrant()
    return grant && this.#user(grant.by)
  }
  get sharedWithMeTime(): string | undefined {
    const grant = this.#ownGrant()
    return grant && iso(grant.at)
  }
  get hasAugmentedPermissions(): boolean {
    return this.#item.parent !== undefined && (this.#item.grants?.length ?? 0) > 0
  }
  get permissionIds(): readonly string[] {
    return principalsOn(this.#item).map((principal) => principal.id)
  }
  get inheritedPermissionsDisabled(): boolean | undefined {
    return isFolder(this.#item) ? this.#item.more?.limited === true : undefined
  }
  get copyRequiresWriterPermission(): boolean {
    return this.#item.more?.copyRequiresWriter === true || this.#item.drive.restrictions.copyRequiresWriterPermission
  }
  get viewersCanCopyContent(): boolean {
    return !this.copyRequiresWriterPermission
  }
  get downloadRestrictions(): File['downloadRestrictions'] {
    const { restrictReaders, restrictWriters } = this.#item.more ?? {}
    return {
      itemDownloadRestriction: {
        restrictedForReaders: restrictReaders === true || restrictWriters === true,
        restrictedForWriters: restrictWriters === true,
      },
      effectiveDownloadRestrictionWithContext: downloadRestriction(this.#item),
    }
  }
  get contentRestrictions(): File['contentRestrictions'] {
    const lock = this.#item.more?.lock
    if (!lock) return undefined
    const { reason, ownerRestricted, by, at } = lock
    return [
      {
        readOnly: true,
        reason,
        ownerRestricted,
        restrictingUser: this.#user(by),
        restrictionTime: iso(at),
        type: 'globalContentRestriction',
      },
    ]
  }
  get clientEncryptionDetails(): Readonly<Record<string, unknown>> | undefined {
    return this.#item.more?.encryption
  }
  get linkShareMetadata(): File['linkShareMetadata'] {
    return { securityUpdateEligible: false, securityUpdateEnabled: true }
  }
  get capabilities(): Readonly<Record<string, boolean>> {
    return fileCapabilities(this.#lens.sight, this.#item)
  }
  get labelInfo(): File['labelInfo'] {
    if (this.#lens.labels.length === 0) return undefined
    const held = this.#item.more?.labels ?? {}
    return { labels: this.#lens.labels.flatMap((id) => (held[id] ? [labelOf(id, held[id])] : [])) }
  }

  fullText(): string {
    const { sight, store } = this.#lens
    return searchText(sight.world, store, this.#item, (item) => nativeText(sight.world, store, item))
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const whole: Record<string, unknown> = {}
    for (const field of fileFields) if (this[field] !== undefined) whole[field] = this[field]
    return whole
  }

  #user(email: string): User {
    return userOf(this.#lens.sight.world, email, this.#lens.sight.email)
  }

  /** The direct grant that makes the item "shared with me": members have it anyway. */
  #ownGrant() {
    const { sight } = this.#lens
    if (!this.#item.grants || !this.#item.parent || roleOnDrive(sight, this.#item.drive) > 0 || roleOn(sight, this.#item) < rank.reader)
      return undefined
    return this.#item.grants.find((grant) => (grant.to.type === 'user' || grant.to.type === 'group') && sight.keys.has(grant.to.key))
  }
}

const accessors = Object.entries(Object.getOwnPropertyDescriptors(FileView.prototype))
const fileFields = ['kind', ...accessors.flatMap(([name, descriptor]) => (descriptor.get ? [name] : []))] as readonly (keyof File)[]

export function fileView(item: Item, lens: Lens): File {
  return new FileView(item, lens)
}
