/**
 * The practice Drive's state and semantics, as its wire sees them. No HTTP here: arguments and results are Drive v3's own fields.
 * `openModel` (open-model.ts) makes one.
 *
 * Operations are synchronous and atomic: they return the new state, or throw a `DriveError` and leave everything as it was. When one returns,
 * the change is in the journal (when there is one), so a killed process finds it again. Only reading and storing bytes is asynchronous.
 */
import type { ContentStore } from './content-store.ts'
import type {
  Actor,
  AdminAccess,
  Bytes,
  CommentBody,
  Deleted,
  Directory,
  FileBody,
  FilePage,
  Knobs,
  LabelModification,
  ListFiles,
  Media,
  Page,
  PermissionBody,
  ReplyBody,
  WithLabels,
} from './requests.ts'
import type {
  About,
  Change,
  Comment,
  DownloadRestriction,
  Drive,
  DriveRestrictions,
  File,
  Label,
  Operation,
  Permission,
  Reply,
  Revision,
} from './resources.ts'

export interface DrivesApi {
  /** Drives of which the actor is a member, or all with domain admin access; in the order of their making. `pageSize` 1–100, default 10. */
  list(
    actor: Actor,
    args: Page &
      AdminAccess & {
        readonly matches?: ((drive: Drive & { readonly memberCount: number; readonly organizerCount: number }) => boolean) | undefined
      },
  ): { readonly drives: readonly Drive[]; readonly nextPageToken?: string | undefined }
  get(actor: Actor, driveId: string, options?: AdminAccess): Drive
  /** A repeated `requestId` of the same person creates nothing: 409 teamDriveAlreadyExists while the drive exists. The creator becomes organizer. */
  create(
    actor: Actor,
    requestId: string,
    body: {
      readonly name?: string | undefined
      readonly themeId?: string | undefined
      readonly hidden?: boolean | undefined
      readonly restrictions?: unknown
    },
  ): Drive
  update(
    actor: Actor,
    driveId: string,
    body: {
      readonly name?: string | undefined
      readonly colorRgb?: string | undefined
      readonly themeId?: string | undefined
      readonly restrictions?: Partial<Omit<DriveRestrictions, 'downloadRestriction'>> & {
        readonly downloadRestriction?: DownloadRestriction
      }
    },
    options?: AdminAccess,
  ): Drive
  /** Refused while it holds untrashed items, unless `allowItemDeletion` with domain admin access. */
  delete(actor: Actor, driveId: string, options?: AdminAccess & { readonly allowItemDeletion?: boolean | undefined }): void
  hide(actor: Actor, driveId: string): Drive
  unhide(actor: Actor, driveId: string): Drive
}

export interface FilesApi {
  /** @throws {DriveError} fileNotFound when it does not exist or the actor may not see it. A drive id returns its top folder. */
  get(actor: Actor, fileId: string, options?: WithLabels): File
  list(actor: Actor, args: ListFiles): FilePage
  /** `body.id` must come from {@link generateIds}; taken → 409 fileIdInUse. A Google mime type with `media` is an import (conversion). */
  create(actor: Actor, body: FileBody, media?: Media, options?: WithLabels & { readonly keepRevisionForever?: boolean | undefined }): File
  update(
    actor: Actor,
    fileId: string,
    body: FileBody,
    options?: WithLabels & {
      readonly addParents?: readonly string[] | undefined
      readonly removeParents?: readonly string[] | undefined
      readonly keepRevisionForever?: boolean | undefined
    },
    media?: Media,
  ): File
  copy(
    actor: Actor,
    fileId: string,
    body: FileBody,
    options?: WithLabels & { readonly keepRevisionForever?: boolean | undefined; readonly copyComments?: boolean | undefined },
  ): File
  /** For ever, with all descendants. Organizers only. */
  delete(actor: Actor, fileId: string): void
  /** Deletes what is in the trash of one drive. */
  emptyTrash(actor: Actor, driveId: string): void
  /** `count` 1–1000. */
  generateIds(actor: Actor, count: number): { readonly ids: readonly string[]; readonly space: 'drive' }
  /** alt=media. Checks download rights, abuse and kind. */
  content(
    actor: Actor,
    fileId: string,
    options?: { readonly acknowledgeAbuse?: boolean | undefined; readonly revisionId?: string | undefined },
  ): Bytes
  /** Bytes differ from call to call (time stamps inside), their meaning does not. Over the limit → exportSizeLimitExceeded. */
  export(actor: Actor, fileId: string, mimeType: string): Promise<Bytes>
  /** Starts `files.download`: no size limit. `response.downloadUri` is filled by the wire from {@link operationContent}. */
  download(
    actor: Actor,
    fileId: string,
    args: { readonly mimeType?: string | undefined; readonly revisionId?: string | undefined },
  ): Operation
  listLabels(actor: Actor, fileId: string, args: Page): { readonly labels: readonly Label[]; readonly nextPageToken?: string | undefined }
  modifyLabels(actor: Actor, fileId: string, modifications: readonly LabelModification[]): { readonly modifiedLabels: readonly Label[] }
}

export interface OperationsApi {
  /** First poll pending, then done; `response` is `{downloadUri, partialDownloadAllowed}` with `downloadUri` relative (`operations/<name>/content`). */
  get(actor: Actor, name: string): Operation
  /** The bytes behind a finished operation. Valid 24 h. */
  content(actor: Actor, name: string): Promise<Bytes>
}

export interface ChangesApi {
  getStartPageToken(actor: Actor, args: { readonly driveId?: string | undefined }): string
  /** O(page). `pageSize` 1–1000, default 100. Exactly one of the two tokens is present. */
  list(
    actor: Actor,
    args: {
      readonly pageToken: string
      readonly driveId?: string | undefined
      readonly pageSize?: number | undefined
      readonly includeRemoved?: boolean | undefined
      readonly includeItemsFromAllDrives?: boolean | undefined
    } & WithLabels,
  ): { readonly changes: readonly Change[]; readonly nextPageToken?: string | undefined; readonly newStartPageToken?: string | undefined }
}

/** `fileId` may be a drive's id: then it is about the drive's members. */
export interface PermissionsApi {
  list(
    actor: Actor,
    fileId: string,
    args: Page & AdminAccess,
  ): { readonly permissions: readonly Permission[]; readonly nextPageToken?: string | undefined }
  get(actor: Actor, fileId: string, permissionId: string, options?: AdminAccess): Permission
  create(
    actor: Actor,
    fileId: string,
    body: PermissionBody,
    options?: AdminAccess & { readonly sendNotificationEmail?: boolean | undefined },
  ): Permission
  update(
    actor: Actor,
    fileId: string,
    permissionId: string,
    body: PermissionBody,
    options?: AdminAccess & { readonly removeExpiration?: boolean | undefined },
  ): Permission
  delete(actor: Actor, fileId: string, permissionId: string, options?: AdminAccess): void
}

export interface RevisionsApi {
  /** Oldest first. `pageSize` 1–1000, default 200. */
  list(actor: Actor, fileId: string, args: Page): { readonly revisions: readonly Revision[]; readonly nextPageToken?: string | undefined }
  get(actor: Actor, fileId: string, revisionId: string): Revision
  update(actor: Actor, fileId: string, revisionId: string, body: { readonly keepForever?: boolean | undefined }): Revision
  delete(actor: Actor, fileId: string, revisionId: string): void
}

export interface CommentsApi {
  /** Newest first. `pageSize` 1–100, default 20. */
  list(
    actor: Actor,
    fileId: string,
    args: Page & Deleted & { readonly startModifiedTime?: string | undefined },
  ): { readonly comments: readonly Comment[]; readonly nextPageToken?: string | undefined }
  get(actor: Actor, fileId: string, commentId: string, options?: Deleted): Comment
  create(actor: Actor, fileId: string, body: CommentBody): Comment
  update(actor: Actor, fileId: string, commentId: string, body: CommentBody): Comment
  delete(actor: Actor, fileId: string, commentId: string): void
}

export interface RepliesApi {
  list(
    actor: Actor,
    fileId: string,
    commentId: string,
    args: Page & Deleted,
  ): { readonly replies: readonly Reply[]; readonly nextPageToken?: string | undefined }
  get(actor: Actor, fileId: string, commentId: string, replyId: string, options?: Deleted): Reply
  create(actor: Actor, fileId: string, commentId: string, body: ReplyBody): Reply
  update(actor: Actor, fileId: string, commentId: string, replyId: string, body: ReplyBody): Reply
  delete(actor: Actor, fileId: string, commentId: string, replyId: string): void
}

/** What the practice console and its commands do beside the API. These act as the drive's first organizer. */
export interface PracticeApi {
  /** All drives with the number of their items, trash included. */
  drives(): readonly { readonly id: string; readonly name: string; readonly items: number }[]
  driveByName(name: string): string | undefined
  /** Ids of items of that exact name in the drive, trash excluded. */
  findByName(driveId: string, name: string): readonly string[]
  /** Somebody edits the file: a new generated head revision of the same size, or new text in a Google-native document. */
  edit(fileId: string): File
  /** Mails that Google would have sent about grants: none with `sendNotificationEmail=false`. */
  mails(): readonly { readonly to: string; readonly fileId: string; readonly at: number }[]
  /** Deletes for ever, as an attacker would. A name that fits several items throws `invalid` naming their ids. Returns the deleted id. */
  lose(fileIdOrName: string, driveId?: string): string
  /** A ransomware-like mass change: encrypts and renames files, deletes some for ever, opens some to anyone. Same seed, same mess. */
  mess(
    driveId: string,
    options?: { readonly seed?: number; readonly share?: number },
  ): {
    readonly encrypted: number
    readonly deleted: number
    readonly shared: number
  }
}

export interface DriveModel {
  readonly directory: Directory
  readonly knobs: Knobs
  /** Where uploaded bytes go before `files.create`/`files.update` names them. */
  readonly content: ContentStore
  about(actor: Actor): About
  readonly drives: DrivesApi
  readonly files: FilesApi
  readonly operations: OperationsApi
  readonly changes: ChangesApi
  readonly permissions: PermissionsApi
  readonly revisions: RevisionsApi
  readonly comments: CommentsApi
  readonly replies: RepliesApi
  readonly practice: PracticeApi
  /** Applies what time alone does: 30-day trash, expired permissions, old revisions. Also done by every operation that would see them. */
  tick(): void
  /** Closes the journal, when there is one. Nothing is lost without it. */
  close(): void
}
