// @ts-check
/** Calls of the console's interface. Every outcome is an answer: also "not reachable" is a sentence, never a silence. */

/**
 * @typedef {{ id: string, version: string, html: string }} Message
 * @typedef {{ messages: Message[] }} Answer
 * @typedef {{ text: string, cursor: number, label: string, hint?: string }} Suggestion
 * @typedef {Record<string, string | string[] | boolean>} Values
 */

const read = (/** @type {string} */ name) => document.querySelector(`meta[name="backstop-${name}"]`)?.getAttribute('content') ?? ''
export const handle = read('handle')
const csrf = read('csrf')

/** A failure that may go away by itself. The same call with the same key can be sent again: the server does it once. */
export class NotReached extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
async function call(path, init = {}) {
  let response
  try {
    response = await fetch(`/console/api/${path}`, {
      ...init,
      headers: { ...init.headers, 'x-backstop-as': handle, 'x-backstop-csrf': csrf },
    })
  } catch {
    throw new NotReached('Backstop cannot be reached at the moment. Nothing is lost: it is sent again when you press "Try again".')
  }
  const body = await response.json().catch(() => undefined)
  if (response.ok && body) return body
  if (response.status === 401) location.reload()
  const message = body?.error?.message ?? `Backstop answered with an error (${response.status}). Try again.`
  throw response.status >= 500 ? new NotReached(message) : new Error(message)
}

const post = (/** @type {string} */ path, /** @type {unknown} */ body) =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/**
 * @param {{ text: string, clientId: string }} what
 * @returns {Promise<Answer>}
 */
export const say = (what) => post('say', what)

/**
 * @param {{ token: string, values: Values, clientId: string, messageId?: string | undefined }} what
 * @returns {Promise<Answer>}
 */
export const act = (what) => post('act', what)

/**
 * @param {string} text
 * @param {number} cursor
 * @param {AbortSignal} signal
 * @returns {Promise<{ suggestions: Suggestion[] }>}
 */
export const complete = (text, cursor, signal) => call(`complete?${new URLSearchParams({ text, cursor: String(cursor) })}`, { signal })

/**
 * @param {string} source
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<{ options: { value: string, label: string, hint?: string }[] }>}
 */
export const options = (source, text, signal) => call(`options?${new URLSearchParams({ source, text })}`, { signal })

/**
 * @param {string} before
 * @returns {Promise<{ messages: Message[], earlier?: string }>}
 */
export const transcript = (before) => call(`transcript?${new URLSearchParams({ before })}`)

/** A key by which the server knows a repeat of the same click or line. */
export const newKey = () => crypto.randomUUID()
