/** A page that says one thing: the sign-in button, the outcome of a consent, an error. It works without scripts. */
import { type Html, html } from './http/html.ts'

export type LonePage = {
  readonly title: string
  readonly body: Html
  /** Loads the page again after so many seconds, while something is under way. */
  readonly refreshSeconds?: number
}

export function lonePage({ title, body, refreshSeconds }: LonePage): string {
  const refresh = refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh}
<title>${title} · Backstop</title>
<link rel="icon" href="/console/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/page/base.css">
</head>
<body class="lone">
<main>
<p class="brand">Backstop</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.markup
}
