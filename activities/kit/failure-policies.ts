import type { DriveFailureType } from '../drive/failure-types.ts'

/** Every failure that an activity can end with: the closed list. */
export type FailureType =
  | DriveFailureType
  | 'DiskFull'
  | 'StoreRefused'
  | 'StoreUnavailable'
  | 'KeyUnavailable'
  | 'KeyServiceUnavailable'
  | 'Shredded'
  | 'IntegrityError'
  | 'Retained'
  | 'GenerationTaken'
  | 'DriveDeleted'
  | 'PlanChanged'
  | 'ClockInDoubt'
  | 'NoApprover'
  | 'DatabaseUnavailable'
  | 'Bug'
  | 'Unknown'

export type FailurePolicy = {
  /** `no`: only a person can help. `backoff`: again, with growing pauses. `later`: again after `delayMs`, because sooner is of no use. */
  readonly retry: 'no' | 'backoff' | 'later'
  readonly delayMs?: number
  /** What happened, as a sentence. */
  readonly means: string
  /** What to do about it, as a sentence. */
  readonly action: string
}

const minuteMs = 60_000

/** What each failure means, whether it is worth repeating, and what a person can do. `docs/errors.md` is made from it. */
export const failurePolicies: Readonly<Record<FailureType, FailurePolicy>> = {
  GrantRevoked: no(
    'Google no longer accepts the consent of this task.',
    'Press Reconnect on the card of the task: its settings and history stay.',
  ),
  ScopeMissing: no(
    'The consent does not cover what this work needs.',
    'Reconnect the task and leave every box on the consent page ticked.',
  ),
  Misconfigured: no(
    'Google does not know this OAuth client, or the Drive API is switched off for it.',
    'Check the client file, its redirect address and that the Google Drive API is enabled in the Google Cloud project.',
  ),
  AccessLost: no(
    'The connected person may not do this here.',
    'Make the connected person a Manager of the shared drive again, or reconnect the task as someone who is.',
  ),
  NotFound: no(
    'Google does not find it: it was deleted, or the connected person cannot see it.',
    'Check in Google Drive that it is still there and that the connected person is a member.',
  ),
  RateLimited: { ...later(minuteMs, 'Google asks to slow down.', 'Nothing: the work goes on by itself.') },
  QuotaExceeded: {
    ...later(
      30 * minuteMs,
      "A daily limit of Google's is used up.",
      'Nothing: the work goes on when the limit is renewed, within 24 hours.',
    ),
  },
  StorageFull: no(
    "The storage of the organisation's Google Workspace is full.",
    'Free or buy storage in Google Workspace, then start again.',
  ),
  ExportTooLarge: no('Google does not convert a document of this size.', 'Split the document; until then only its metadata is backed up.'),
  Abusive: no(
    'Google has flagged the file as malware or spam and does not hand it out.',
    'Have a look at the file in Google Drive; it is listed as skipped.',
  ),
  Blocked: no(
    'Downloading this file is forbidden.',
    'Allow downloads in the sharing settings of the file or drive; until then it is listed as skipped.',
  ),
  NotDownloadable: no('Google offers no way to download this kind of file.', 'Nothing: its metadata is backed up.'),
  Conflict: no('Something else is there already.', 'Nothing was overwritten. Look at the item in Google Drive, then start again.'),
  ItemLimit: no(
    'The shared drive has reached a limit of Google (500,000 items, or 100 levels of folders).',
    'Restore to another drive, or clear out this one and its trash.',
  ),
  SharingRefused: no(
    'A rule of the drive or of the domain, or the daily sharing limit, forbids this sharing.',
    'Share the item by hand if it should be shared; the item itself is restored.',
  ),
  InvalidPageToken: no('Google no longer knows this position in its list.', 'Nothing: the list is read again from the start.'),
  InvalidRequest: no('Google calls the request wrong.', 'Report it with the words from the log: this is a fault of Backstop.'),
  TransientProvider: backoff(
    'Google Drive had a passing fault.',
    'Nothing: the work is repeated. If it lasts, see https://www.google.com/appsstatus.',
  ),
  Unreachable: backoff(
    'Google Drive cannot be reached.',
    "Check this machine's network, proxy and name resolution; the work is repeated meanwhile.",
  ),
  DiskFull: no(
    'The disk that holds the vault or the database is full.',
    'Free some space, then start again: nothing that was stored is lost.',
  ),
  StoreRefused: no(
    'The vault cannot be written.',
    "Check that the vault's folder exists and that Backstop may write there, then start again.",
  ),
  StoreUnavailable: backoff('The vault cannot be reached.', 'Check that its storage is there; the work is repeated meanwhile.'),
  KeyUnavailable: no(
    'The key of the vault or of the stored secrets is missing or does not fit.',
    'Put the key file back where it was; without it nothing can be read.',
  ),
  KeyServiceUnavailable: backoff(
    'The service that holds the key of the vault cannot be reached.',
    "Check this machine's network and the state of the key service; the work is repeated meanwhile.",
  ),
  Shredded: no(
    'The backup of this drive was destroyed on purpose, by destroying its keys.',
    'Nothing can bring it back. `backstop vault keys receipt` shows when it was done and what it covered.',
  ),
  IntegrityError: no('Something in the vault is damaged or was changed.', 'Do not delete anything; see the runbook, "A damaged vault".'),
  Retained: no(
    'Something in the vault is locked until a later date and cannot be removed yet.',
    'Remove it again when the lock has ended.',
  ),
  DriveDeleted: no(
    'The shared drive does not exist any more.',
    'Its backup is archived and stays recoverable. If it was deleted by mistake, a Google administrator can bring it back within 25 days.',
  ),
  GenerationTaken: no('Another run has committed a snapshot meanwhile.', 'Start the backup again; it goes on from the newest snapshot.'),
  ClockInDoubt: later(
    360 * minuteMs,
    "The worker's clock is far ahead of every other clock, so nothing that depends on age was done.",
    'Check the clock of the machine that the worker runs on.',
  ),
  NoApprover: no('There is nobody but the requester who could approve this.', 'Give another person the role approver, then ask again.'),
  PlanChanged: no('What would be done is not any more what was approved.', 'Look at the new plan and decide again.'),
  DatabaseUnavailable: backoff('The database cannot be reached.', 'Check that PostgreSQL runs; the work is repeated meanwhile.'),
  Bug: no('A part of Backstop was used wrongly by another.', 'Report it with the words from the log: this is a fault of Backstop.'),
  Unknown: backoff('Something unexpected happened.', 'The work is repeated; if it lasts, look at the log.'),
}

function no(means: string, action: string): FailurePolicy {
  return { retry: 'no', means, action }
}

function backoff(means: string, action: string): FailurePolicy {
  return { retry: 'backoff', means, action }
}

function later(delayMs: number, means: string, action: string): FailurePolicy {
  return { retry: 'later', delayMs, means, action }
}
