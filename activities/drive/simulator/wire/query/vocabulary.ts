/** What kind of value a query field holds: this decides its operators and how a value is read. */
export type FieldKind = 'name' | 'text' | 'search' | 'time' | 'flag' | 'number' | 'collection' | 'map' | 'exact'

/** The operators that each kind of field takes. */
export const operators: Readonly<Record<FieldKind, readonly string[]>> = {
  name: ['contains', '=', '!='],
  text: ['contains', '=', '!='],
  search: ['contains'],
  time: ['<=', '<', '=', '!=', '>', '>='],
  flag: ['=', '!='],
  number: ['<=', '<', '=', '!=', '>', '>='],
  collection: ['in'],
  map: ['has'],
  exact: ['=', '!='],
}

export type Vocabulary = Readonly<Record<string, FieldKind>>

/** Fields of `files.list`. https://developers.google.com/workspace/drive/api/guides/ref-search-terms */
export const fileVocabulary: Vocabulary = {
  name: 'name',
  fullText: 'search',
  mimeType: 'text',
  modifiedTime: 'time',
  createdTime: 'time',
  viewedByMeTime: 'time',
  trashed: 'flag',
  starred: 'flag',
  sharedWithMe: 'flag',
  parents: 'collection',
  owners: 'collection',
  writers: 'collection',
  readers: 'collection',
  labels: 'collection',
  properties: 'map',
  appProperties: 'map',
  visibility: 'exact',
  'shortcutDetails.targetId': 'exact',
}

/** Fields of `drives.list`. https://developers.google.com/workspace/drive/api/guides/ref-search-terms#drive_properties */
export const driveVocabulary: Vocabulary = {
  name: 'name',
  hidden: 'flag',
  createdTime: 'time',
  memberCount: 'number',
  organizerCount: 'number',
  orgUnitId: 'exact',
  themeId: 'exact',
}
