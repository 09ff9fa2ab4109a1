const patterns = [/\/folders\/([\w-]{10,})/, /\/d\/([\w-]{10,})/, /[?&]id=([\w-]{10,})/]

/** The id in an address of Google Drive or Docs, such as a person copies out of the browser; undefined for anything else. */
export function idInDriveUrl(text: string): string | undefined {
  if (!/^https?:\/\/(?:drive|docs|sheets|slides)\.google\.com\//i.test(text)) return undefined
  for (const pattern of patterns) {
    const id = pattern.exec(text)?.[1]
    if (id) return id
  }
  return undefined
}
