import type { Person } from '../../model/requests.ts'
import { readText } from '../http/body.ts'
import type { WireAnswer, WireRequest } from '../http/exchange.ts'
import { escapeHtml, htmlPage } from '../http/html.ts'
import type { CodeRequest, Grants } from './grants.ts'
import { knownScopes, scopeWords, splitScopes } from './scopes.ts'

/** What the consent page needs to know. */
export type ConsentDesk = {
  readonly clientId: string
  readonly grants: Grants
  readonly people: readonly Person[]
}

type Asked = Omit<CodeRequest, 'email'> & { readonly state: string | undefined; readonly hint: string | undefined }

/** The consent page of the authorisation code flow: `GET` shows it, `POST` takes the person's answer. */
export async function answerConsent(request: WireRequest, desk: ConsentDesk): Promise<WireAnswer> {
  const asked = readRequest(request.query, desk)
  if (typeof asked === 'string') return htmlPage(400, 'Access blocked', `<h1>Access blocked</h1><p>${escapeHtml(asked)}</p>`)
  if (request.verb === 'GET') return showConsent(asked, desk)
  if (isForeign(request)) return htmlPage(403, 'Access blocked', '<h1>Access blocked</h1><p>Only this page itself may answer for you.</p>')
  const form = new URLSearchParams(await readText(request.body))
  if (form.get('answer') !== 'allow') return back(asked, { error: 'access_denied' })
  const person = desk.people.find(({ email, admin }) => admin && email === form.get('person'))
  if (!person)
    return htmlPage(400, 'Choose a person', '<h1>Choose a person</h1><p>Go back and choose one of the people of the practice Drive.</p>')
  const { state: _, hint: __, ...code } = asked
  return back(asked, { code: desk.grants.issueCode({ ...code, email: person.email }), scope: asked.scopes.join(' ') })
}

/** The request, or the sentence that says why it cannot be granted. A wrong client or address is never answered by a redirect. */
function readRequest(query: URLSearchParams, desk: ConsentDesk): Asked | string {
  const redirectUri = query.get('redirect_uri') ?? ''
  const scopes = splitScopes(query.get('scope') ?? '')
  const challenge = query.get('code_challenge')
  const method = query.get('code_challenge_method') ?? 'plain'
  const unknown = scopes.find((name) => !knownScopes.includes(name))
  if (query.get('client_id') !== desk.clientId) return 'Error 401: invalid_client. The OAuth client was not found.'
  if (!isWebAddress(redirectUri)) return 'Error 400: redirect_uri_mismatch. The redirect_uri must be a web address without a fragment.'
  if (query.get('response_type') !== 'code') return 'Error 400: unsupported_response_type. Only response_type=code is given.'
  if (scopes.length === 0) return 'Error 400: invalid_request. Missing required parameter: scope.'
  if (unknown !== undefined) return `Error 400: invalid_scope. The practice Drive does not know the scope ${unknown}.`
  if (challenge !== null && method !== 'S256' && method !== 'plain')
    return 'Error 400: invalid_request. The code_challenge_method is unknown.'
  return {
    clientId: desk.clientId,
    redirectUri,
    scopes,
    offline: query.get('access_type') === 'offline',
    state: query.get('state') ?? undefined,
    hint: query.get('login_hint') ?? undefined,
    ...(challenge === null ? {} : { challenge: { method: method === 'S256' ? 'S256' : 'plain', value: challenge } }),
  }
}

/** Whether another site sent the answer in the person's name. Browsers say so, programs say nothing. */
function isForeign(request: WireRequest): boolean {
  const site = request.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin'
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hash === ''
}

function showConsent(asked: Asked, desk: ConsentDesk): WireAnswer {
  const admins = desk.people.filter(({ admin }) => admin)
  const chosen = admins.find(({ email }) => email === asked.hint) ?? admins[0]
  const people = admins.map(
    ({ email, name }) =>
      `<label class="choice"><input type="radio" name="person" value="${escapeHtml(email)}"${
        email === chosen?.email ? ' checked' : ''
      } required> <span>${escapeHtml(name)}<small>${escapeHtml(email)}</small></span></label>`,
  )
  const scopes = asked.scopes.map((name) => `<li>${escapeHtml(scopeWords[name] ?? name)}</li>`)
  return htmlPage(
    200,
    'Allow access to the practice Drive?',
    `<h1>Allow access to the practice Drive?</h1>
<p><strong>Backstop</strong> asks for access. You will return to <strong>${escapeHtml(new URL(asked.redirectUri).host)}</strong>.</p>
<form method="post">
<fieldset><legend>Continue as</legend>${people.join('')}</fieldset>
<h2>It will be able to</h2><ul>${scopes.join('')}</ul>
<p class="buttons"><button name="answer" value="deny" formnovalidate>Deny</button> <button name="answer" value="allow" class="primary">Allow</button></p>
</form>`,
  )
}

function back(asked: Asked, values: Readonly<Record<string, string>>): WireAnswer {
  const url = new URL(asked.redirectUri)
  for (const [name, value] of Object.entries({ ...(asked.state === undefined ? {} : { state: asked.state }), ...values })) {
    url.searchParams.set(name, value)
  }
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store', 'content-length': '0' } }
}
