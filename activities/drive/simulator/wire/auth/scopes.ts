const drivePrefix = 'https://www.googleapis.com/auth/'

/** What a method needs: any one of the scopes behind the word lets it through. The broadest comes last. */
export type Access = 'metadata' | 'read' | 'write' | 'manage drives' | 'read drives' | 'write metadata'

const readers = ['drive.readonly', 'drive']
const enough: Readonly<Record<Access, readonly string[]>> = {
  metadata: ['drive.metadata.readonly', 'drive.metadata', ...readers],
  read: readers,
  write: ['drive'],
  'manage drives': ['drive'],
  'read drives': readers,
  'write metadata': ['drive.metadata', 'drive'],
}

const identity = ['openid', 'email', 'profile', `${drivePrefix}userinfo.email`, `${drivePrefix}userinfo.profile`]

/** Every scope that the practice Drive gives, in full. */
export const knownScopes: readonly string[] = [
  ...['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly'].map((name) => drivePrefix + name),
  ...identity,
]

/** Plain words for the consent page. */
export const scopeWords: Readonly<Record<string, string>> = {
  [`${drivePrefix}drive`]: 'See, edit, create and delete all files of the practice Drive',
  [`${drivePrefix}drive.readonly`]: 'See and download all files of the practice Drive',
  [`${drivePrefix}drive.metadata`]: 'See and manage information about files, not their content',
  [`${drivePrefix}drive.metadata.readonly`]: 'See information about files, not their content',
}

/** Whether a token with these scopes may call a method that needs `access`. */
export function allows(scopes: readonly string[], access: Access): boolean {
  return enough[access].some((name) => scopes.includes(drivePrefix + name))
}

/** The full names that would have been enough, for the `WWW-Authenticate` header. */
export function scopesFor(access: Access): string {
  return enough[access].map((name) => drivePrefix + name).join(' ')
}

/** Splits the `scope` of a request into its names, without repetitions. */
export function splitScopes(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((name) => name !== ''))]
}
