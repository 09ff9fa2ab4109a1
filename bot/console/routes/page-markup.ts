import { finished, type Html, html } from '../../web/http/html.ts'
import type { Member } from '../../web/sign-in/person.ts'

export type ConsolePage = {
  readonly person: Member
  readonly csrfToken: string
  /** Everybody who is signed in in this browser. */
  readonly people: readonly Member[]
  readonly messages: readonly { readonly html: string }[]
  /** From when on the page has to listen for changes. */
  readonly since: string
  readonly earlier?: string
}

export function consolePage({ person, csrfToken, people, messages, since, earlier }: ConsolePage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="backstop-handle" content="${person.handle}">
<meta name="backstop-name" content="${person.displayName}">
<meta name="backstop-csrf" content="${csrfToken}">
<meta name="backstop-since" content="${since}">
<title>${person.displayName} · Backstop</title>
<link rel="icon" href="/console/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/page/shell.css">
<script type="module" src="/console/page/main.js"></script>
</head>
<body class="console">
<header class="top">
<h1><img src="/console/page/icon.svg" alt="" width="24" height="24"><span>Backstop</span></h1>
<nav aria-label="People who are signed in here"><ul class="people">${people.map((other) => personTab(other, other.id === person.id))}</ul></nav>
<p class="connection" role="status" hidden></p>
</header>
<main class="scroll" tabindex="-1" aria-label="Conversation of ${person.displayName} with Backstop">
<ol class="log" aria-label="Messages">
${earlier !== undefined && html`<li class="earlier"><button type="button" data-earlier="${earlier}">Show earlier messages</button></li>`}
${messages.length === 0 && welcome(person)}
${messages.map((message) => finished(message.html))}
</ol>
</main>
<form class="composer" aria-label="Say something to Backstop">
<div class="row">
<ul class="options" id="options" role="listbox" aria-label="Suggestions" hidden></ul>
<label class="visually-hidden" for="line">Message to Backstop</label>
<input id="line" name="line" type="text" role="combobox" aria-expanded="false" aria-controls="options" aria-autocomplete="list" aria-describedby="line-hint" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send" maxlength="4000" placeholder="Type a command, such as help" disabled>
<button type="submit" class="primary" disabled>Send</button>
</div>
<p class="hint" id="line-hint"><kbd>Tab</kbd> completes, <kbd>↑</kbd> brings back what you typed before, <kbd>Enter</kbd> sends.</p>
</form>
<div class="visually-hidden" id="announcements" role="log" aria-live="polite" aria-label="News"></div>
</body>
</html>
`.markup
}

function personTab({ handle, displayName, roles }: Member, current: boolean): Html {
  return html`<li><a href="/console/${handle}" data-person="${handle}"${current && html` aria-current="page"`}><span>${displayName}</span><span class="role">${roles.join(
    ', ',
  )}</span><span class="waiting" hidden></span></a></li>`
}

function welcome({ displayName }: Member): Html {
  return html`<li class="message out" id="welcome"><article class="card info"><header><h2>Good to see you, <bdi>${displayName}</bdi></h2></header>
<p>This is your conversation with Backstop. Type <code>help</code> to see what you can do here, or <code>status</code> to see how the drives are.</p></article></li>`
}
