/**
 * What a call costs in Google's quota units. https://developers.google.com/workspace/drive/api/guides/limits
 * Where Google does not say which class a method belongs to, the dearer one is assumed.
 */
export const unitsOf = {
  'about.get': 5,
  'drives.list': 100,
  'drives.get': 5,
  'files.list': 100,
  'files.get': 5,
  'files.get:media': 200,
  'files.export': 200,
  'files.download': 200,
  'operations.get': 5,
  'operations.get:media': 200,
  'files.generateIds': 5,
  'files.create': 50,
  'files.update': 50,
  'changes.getStartPageToken': 5,
  'changes.list': 100,
  'permissions.list': 100,
  'comments.list': 100,
  'permissions.create': 50,
  /** The bytes of an upload belong to its `files.create`. */
  'upload.put': 0,
} as const

export type DriveMethod = keyof typeof unitsOf

/** Units that Google gives to each user and to each project in a minute. */
export const unitsPerMinute = { user: 325_000, project: 1_000_000 } as const

/** What a project gets in a day (Pacific time) before Google charges for more: units, and bytes out of Drive. For a person Google names none. */
export const perDay = { units: 400_000_000, egress: 1_000_000_000_000, egressOfUser: Number.POSITIVE_INFINITY } as const
