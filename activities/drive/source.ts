import type { Change, Comment, DriveInfo, DriveItem, Grant } from './resources.ts'

/**
 * Reading Google Drive as one identity. An instance belongs to one activity attempt: its calls stop with that attempt's cancellation
 * signal and are counted on its meter. Contract suite: `test/contract/drive-source.ts`.
 *
 * Every method throws {@link DriveFailure} (`failure-types.ts`), and only that, when Drive says no or cannot be reached, after a short
 * bounded number of repetitions of what is worth repeating; cancellation throws the signal's reason.
 */
export interface DriveSource {
  /**
   * Shared drives that the identity can see, 100 a page. With `asDomainAdmin`, all drives of the domain.
   * @throws {DriveFailure} `AccessLost` with `asDomainAdmin` when the identity is no administrator
   */
  listDrives(options?: { readonly pageToken?: string; readonly asDomainAdmin?: boolean }): Promise<DrivePage>

  /**
   * With `asDomainAdmin`, whether or not the identity is a member.
   * @throws {DriveFailure} `NotFound`: deleted, or out of the identity's reach; Drive does not tell which. `AccessLost` with `asDomainAdmin`
   * when the identity is no administrator
   */
  drive(driveId: string, options?: { readonly asDomainAdmin?: boolean }): Promise<DriveInfo>

  /** The members of the drive. */
  members(driveId: string): Promise<readonly Grant[]>

  /** Where the change feed of the drive stands now. Take it before a full listing, so that nothing slips through between the two. */
  startPageToken(driveId: string): Promise<string>

  /**
   * Everything in the drive, trash included, up to 1,000 a page, in no order. Not a snapshot: an item may come twice or be missed, and
   * the change feed from before the listing corrects it.
   * @throws {DriveFailure} `InvalidPageToken`: the token has outlived its hours; begin again. `TransientProvider`: Drive called its own answer incomplete
   */
  listItems(driveId: string, pageToken?: string): Promise<ItemPage>

  /**
   * What has changed since `pageToken`, up to 1,000 a page. The last page has `newStartPageToken` instead of `nextPageToken`.
   * @throws {DriveFailure} `InvalidPageToken`: only a full listing helps. `NotFound`: the drive is gone or out of reach
   */
  changes(driveId: string, pageToken: string): Promise<ChangePage>

  /** The direct grants of an item; what it inherits is not among them. @throws {DriveFailure} `NotFound` */
  grants(itemId: string): Promise<readonly Grant[]>

  /** The comments of a file with their replies, oldest first, without those that were deleted. @throws {DriveFailure} `NotFound` */
  comments(itemId: string): Promise<readonly Comment[]>

  /** The item as it is now, or nothing when it is gone or out of reach. */
  item(itemId: string): Promise<DriveItem | undefined>

  /**
   * The bytes of the head revision from `start` (default 0) on. Resolves with the answer's head; a connection that breaks afterwards is
   * taken up again where it broke, a bounded number of times. The stream ends only when all announced bytes have come; the caller
   * compares the checksum. Consume the stream or abort `signal`: what does neither holds a connection.
   * @throws {DriveFailure} `Abusive` unless acknowledged · `Blocked` no download allowed · `NotDownloadable` Google-native · `NotFound`
   */
  download(itemId: string, options?: DownloadOptions): Promise<Download>

  /**
   * The item converted to `mimeType`. Above Google's limit of 10 MB it goes through a long-running download operation by itself.
   * @throws {DriveFailure} `ExportTooLarge` when that way is closed too · `Blocked` · `NotDownloadable` no such conversion · `NotFound`
   */
  exportAs(itemId: string, mimeType: string, options?: { readonly signal?: AbortSignal }): Promise<Download>
}

export type DrivePage = { readonly drives: readonly DriveInfo[]; readonly nextPageToken?: string }
export type ItemPage = { readonly items: readonly DriveItem[]; readonly nextPageToken?: string }
export type ChangePage = {
  readonly changes: readonly Change[]
  readonly nextPageToken?: string
  readonly newStartPageToken?: string
}

export type DownloadOptions = {
  readonly start?: number
  /** Fetches what Google has flagged as malware or spam. Works for organizers only. */
  readonly acknowledgeAbuse?: boolean
  /** Besides the source's own signal, for one download among several. */
  readonly signal?: AbortSignal
}

export type Download = {
  readonly stream: AsyncIterable<Uint8Array>
  /** Bytes of the whole content, also when reading began in the middle. Absent for exports of unknown length. */
  readonly size?: number
}
