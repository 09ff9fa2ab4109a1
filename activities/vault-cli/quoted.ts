/** What a terminal would obey, or show in another order than it is written. */
const misleading = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Hostile text on one line of a terminal, in quotes, with everything escaped that is not plainly visible. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(misleading, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
