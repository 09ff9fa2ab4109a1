import type { FileLinks } from './project.ts'

/** Links of a file into this server: its page, its bytes, its exports. `url` is the server's public address. */
export function fileLinks(url: string): FileLinks {
  const link = (fileId: string, rest: string) => `${url}/file/${encodeURIComponent(fileId)}${rest}`
  return {
    webViewLink: (file) => link(file.id, ''),
    webContentLink: (file) => (file.webContentLink === undefined ? undefined : link(file.id, '/content')),
    exportLinks: (file) =>
      file.exportLinks &&
      Object.fromEntries(
        Object.keys(file.exportLinks).map((type) => [type, link(file.id, `/export?mimeType=${encodeURIComponent(type)}`)]),
      ),
  }
}
