import type { DriveItem, Grant, JsonObject } from './resources.ts'

/**
 * Writing to Google Drive as one identity; lifetime and failures as in {@link DriveSource}. Nothing here ever overwrites content.
 *
 * Every creation carries `key`, a string of at most 100 bytes that is the same in every attempt. It is kept on the item
 * (`appProperties.backstopKey`), and an attempt that finds it there returns what the earlier attempt made instead of making another (P12).
 */
export interface DriveTarget {
  /** Fresh ids for {@link createFolder} and {@link upload}, or for {@link createShortcut}: Google tells the two apart. At most 1,000. */
  generateIds(count: number, use?: 'files' | 'shortcuts'): Promise<readonly string[]>

  /** @throws {DriveFailure} `Conflict`: the id is taken by an item without our key */
  createFolder(folder: NewFolder): Promise<StoredItem>

  /**
   * Creates a file with its content. `content` is called once for every try and must yield the same bytes each time.
   * The checksums in the answer are Google's own of what arrived: compare them.
   * @throws {DriveFailure} `Conflict` · `ItemLimit` the drive is full · `QuotaExceeded` the identity's 750 GB of the day are used up
   */
  upload(file: NewFile): Promise<StoredItem>

  /** Uploads and converts to a Google-native format. Google gives such items their ids itself. */
  importAs(file: NewImport): Promise<StoredItem>

  createShortcut(shortcut: NewShortcut): Promise<StoredItem>

  /**
   * Gives access, without mail. A grant that is there already is left as it is, so a retry is safe.
   * @throws {DriveFailure} `SharingRefused`: a rule of the drive or the domain forbids this grant; the item itself is fine
   */
  grant(itemId: string, grant: Grant): Promise<void>

  /** Locks an item, as it was locked when it was backed up. Last of all, because nothing else can be changed afterwards. */
  restrict(itemId: string, contentRestrictions: readonly JsonObject[]): Promise<void>

  /** Takes an item out of the trash: id, links, revisions and comments stay. @throws {DriveFailure} `NotFound` */
  untrash(itemId: string): Promise<StoredItem>

  /** Moves an item to the trash. Only for what this program made itself. @throws {DriveFailure} `NotFound` */
  trash(itemId: string): Promise<void>

  /** What an earlier attempt with this key made and did not trash, or nothing. */
  findByKey(driveId: string, key: string): Promise<StoredItem | undefined>

  /** Children of a folder (or of the drive itself) that are not in the trash; only those with one of `names` when given (at most 50). */
  children(
    driveId: string,
    parentId: string,
    options?: { readonly names?: readonly string[]; readonly pageToken?: string },
  ): Promise<ChildPage>
}

export type NewItem = {
  /** From {@link DriveTarget.generateIds}: makes the creation idempotent on Google's side. */
  readonly id: string
  readonly key: string
  readonly name: string
  /** A folder, or the drive's id at its top. */
  readonly parentId: string
  readonly createdTime?: string
  readonly modifiedTime?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, string>>
  readonly appProperties?: Readonly<Record<string, string>>
}

export type NewFolder = NewItem & {
  readonly folderColorRgb?: string
  /** Creates it as a limited-access folder, so that nothing placed in it is exposed for a moment. */
  readonly limited?: boolean
}

export type NewFile = NewItem & {
  readonly mimeType: string
  readonly originalFilename?: string
  readonly copyRequiresWriterPermission?: boolean
  /** Bytes that `content` yields. */
  readonly size: number
  readonly content: () => AsyncIterable<Uint8Array>
  /** Called with the bytes that Google has confirmed, after every chunk. */
  readonly onProgress?: (bytes: number) => void
}

export type NewImport = Omit<NewFile, 'id'> & {
  /** The drive to search for what an earlier attempt made. */
  readonly driveId: string
  /** The type of `content`; `mimeType` is the Google-native type to convert it to. */
  readonly contentMimeType: string
}

export type NewShortcut = NewItem & { readonly targetId: string }

/** An item that exists, as far as a report needs it. */
export type StoredItem = Pick<
  DriveItem,
  'id' | 'name' | 'mimeType' | 'parents' | 'size' | 'sha256Checksum' | 'md5Checksum' | 'webViewLink' | 'trashed' | 'appProperties'
>

export type ChildPage = { readonly items: readonly StoredItem[]; readonly nextPageToken?: string }
