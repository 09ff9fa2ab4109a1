/** What all stores in a cloud have in common when they refuse: the vault's errors, and sentences that a person can act on. */
import { AlreadyExists, NotFound, StoreUnavailable } from '../errors.ts'

/** A refusal that lasts until a person has acted. */
export type Refusal = {
  /** The system code that comes nearest (`retry.ts`): with one, trying again is of no use. */
  readonly code: 'EACCES' | 'EDQUOT' | 'ENOENT' | 'ENOTSUP'
  readonly sentence: string
}

export const denied = (sentence: string): Refusal => ({ code: 'EACCES', sentence })
export const full: Refusal = {
  code: 'EDQUOT',
  sentence: 'The store has no room left. Raise its quota; the backup goes on from where it stopped.',
}

/** What the store called for, and what it said: the status is missing when there was no answer. */
export type Problem = { readonly name?: string; readonly status?: number }

export function taken(store: string, key: string, cause: unknown): AlreadyExists {
  return new AlreadyExists(`The ${store} already has an object ${key}. It was left as it is.`, { cause })
}

export function missing(store: string, key: string, cause?: unknown): NotFound {
  return new NotFound(`The ${store} has no object ${key}.`, { cause })
}

/** @param refusal what a person must do first; without one the failure may pass by itself */
export function unavailable(store: string, { name, status }: Problem, refusal: Refusal | undefined, error: unknown): StoreUnavailable {
  if (refusal) {
    const cause = Object.assign(new Error(`The store says ${name ?? status}`, { cause: error }), { code: refusal.code })
    return new StoreUnavailable(`The ${store} cannot be used. ${refusal.sentence}`, { cause })
  }
  const said = status === undefined ? `cannot be reached (${reasonOf(error)})` : `answered ${[status, name].filter(Boolean).join(' ')}`
  return new StoreUnavailable(`The ${store} ${said}. If it lasts, check the network and the provider's status page.`, { cause: error })
}

/** What may be kept of another library's error as a cause: theirs hold the request, and with it a token or a signature. */
export function plain(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: String(error.code) } : {}
  return Object.assign(new Error(error.message), { name: error.name }, code)
}

/** The answer ended before its own length, or is not what its own hash says: it is of no use. */
export function answerCut(store: string): StoreUnavailable {
  return new StoreUnavailable(
    `The ${store} cut an answer short, or it was damaged on its way. If it lasts, check the network and the provider's status page.`,
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
