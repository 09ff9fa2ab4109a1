/** What a call costs. https://developers.google.com/workspace/drive/api/guides/limits */
export type UnitClass = 'read' | 'list' | 'download' | 'edit' | 'other' | 'free'

export const unitsOf: Readonly<Record<UnitClass, number>> = { read: 5, list: 100, download: 200, edit: 50, other: 5, free: 0 }

export const unitsPerMinute = { user: 325_000, project: 1_000_000 }
