import { failurePolicies } from '../../kit/failure-policies.ts'
import { failureType, type Refusal } from '../failure-table.ts'
import { DriveFailure, type DriveFailureType, type FailureDetails } from '../failure-types.ts'

/** An answer of Google's that is no success, as plain `fetch` sees it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly response: { readonly status: number; readonly headers: Headers; readonly data: unknown }

  constructor(status: number, headers: Headers, data: unknown) {
    super(`Google answered with ${status}.`)
    this.response = { status, headers, data }
  }
}

/** The answer did not come in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** A failure with the sentences of its type. */
export function driveFailure(type: DriveFailureType, details: FailureDetails = {}): DriveFailure {
  const { means, action } = failurePolicies[type]
  const said = details.status === undefined ? '' : ` (Google: ${details.status}${details.reason === undefined ? '' : ` ${details.reason}`})`
  return new DriveFailure(type, `${means} ${action}${said}`, details)
}

/** What an error of a call to Google means; an error that is none of Google's or the network's is thrown as it is. */
export function failureOf(error: unknown): DriveFailure {
  if (error instanceof DriveFailure) return error
  const response = responseOf(error)
  if (response) return refusalFailure(response, error)
  if (error instanceof NoAnswer) return driveFailure('TransientProvider', { detail: error.message, cause: error })
  if (isNetworkError(error)) {
    const type = codeIn(error, broken) === undefined ? 'Unreachable' : 'TransientProvider'
    return driveFailure(type, { detail: codeIn(error, /./), cause: error })
  }
  throw error
}

type Answer = { readonly status: number; readonly headers: unknown; readonly data: unknown }

/** The answer behind an error of `fetch` (above) or of Google's library, which names it alike. */
function responseOf(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined
  const { response } = error
  if (typeof response !== 'object' || response === null || !('status' in response) || typeof response.status !== 'number') return undefined
  return { status: response.status, headers: 'headers' in response && response.headers, data: 'data' in response && response.data }
}

function refusalFailure(answer: Answer, cause: unknown): DriveFailure {
  const { detail, ...refusal } = readBody(answer)
  const retryAfterMs = retryAfter(answer.headers)
  return driveFailure(failureType(refusal), { status: refusal.status, reason: refusal.reason, detail, retryAfterMs, cause })
}

/** Drive's own errors, `{error: {errors: [{reason, location, message}]}}`, and those of the token endpoint, `{error, error_description}`. */
function readBody({ status, data }: Answer): Refusal & { readonly detail?: string | undefined } {
  const error = field(parsed(data), 'error')
  if (typeof error === 'string') return { status, reason: error, detail: text(field(parsed(data), 'error_description')) }
  const first = field(field(error, 'errors'), 0)
  const reason = text(field(first, 'reason')) ?? text(field(field(field(error, 'details'), 0), 'reason'))
  return { status, reason, location: text(field(first, 'location')), detail: text(field(error, 'message')) }
}

function parsed(data: unknown): unknown {
  if (data instanceof ArrayBuffer) return parsed(Buffer.from(data).toString('utf8'))
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch (error) {
    // A proxy's page, not Google's JSON: the status alone decides.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function field(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function retryAfter(headers: unknown): number | undefined {
  const value = headers instanceof Headers ? headers.get('retry-after') : null
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined
}

/** The connection broke, as against: there is no way to Google at all. */
const broken =
  /^(?:ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_(?:SOCKET|BODY_TIMEOUT|HEADERS_TIMEOUT|ABORTED|RES_CONTENT_LENGTH_MISMATCH)|HPE_.+)$/
const network = /^(?:E[A-Z]+|UND_ERR_.+|HPE_.+|CERT_.+|ERR_TLS_.+|ERR_SSL_.+|DEPTH_ZERO_.+|SELF_SIGNED_.+|UNABLE_TO_.+)$/

export function isNetworkError(error: unknown): boolean {
  return codeIn(error, network) !== undefined || (error instanceof TypeError && /^(?:fetch failed|terminated)$/.test(error.message))
}

/** The first system code in the chain of causes that fits. */
function codeIn(error: unknown, pattern: RegExp): string | undefined {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 6; inner = inner.cause, depth++) {
    if ('code' in inner && typeof inner.code === 'string' && pattern.test(inner.code)) return inner.code
  }
  return undefined
}
