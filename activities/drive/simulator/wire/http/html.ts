import type { WireAnswer } from './exchange.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for HTML: names of files and people are hostile. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}

/** What a page of this server may load and do: its own files, nothing inline, nothing from elsewhere, never in a frame. */
export const pagePolicy: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** A small page without script. `content` is HTML. */
export function htmlPage(status: number, title: string, content: string): WireAnswer {
  return {
    status,
    headers: { ...pagePolicy, 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/page/style.css"></head>
<body><main class="narrow">${content}</main></body></html>
`,
  }
}
