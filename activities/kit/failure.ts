import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common'
import { SealError } from '../../db/kit/seal.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { VaultError, type VaultErrorCode } from '../vault/errors.ts'
import { type FailureType, failurePolicies } from './failure-policies.ts'

/** A failure that an activity finds itself: `PlanChanged`, for example. `detail` is a sentence that comes before the general ones. */
export class WorkFailure extends Error {
  override readonly name = 'WorkFailure'
  readonly type: FailureType

  constructor(type: FailureType, detail?: string, options?: ErrorOptions) {
    super([detail, failurePolicies[type].means, failurePolicies[type].action].filter(Boolean).join(' '), options)
    this.type = type
  }
}

/**
 * The failure that Temporal records for an error: its type from the closed list, whether and when to repeat, and sentences for people.
 * Causes and stacks of other systems stay behind, because they may hold names, and a history must not. Cancellation is no failure and
 * passes through, as does what is a Temporal failure already.
 */
export function temporalFailure(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return error
  if (error instanceof Error && error.name === 'AbortError') return new CancelledFailure('The work was canceled.')
  const type = typeOf(error)
  const policy = failurePolicies[type]
  const delayMs = (error instanceof DriveFailure ? error.retryAfterMs : undefined) ?? policy.delayMs
  return ApplicationFailure.create({
    type,
    message: sentences(error, type),
    nonRetryable: policy.retry === 'no',
    ...(policy.retry !== 'no' && delayMs !== undefined && { nextRetryDelay: delayMs }),
  })
}

/** The activity with its errors turned by {@link temporalFailure}; `report` gets the error itself, for the log. */
export function withFailures<Args extends readonly unknown[], Result>(
  activity: (...args: Args) => Promise<Result>,
  report: (error: unknown) => void = () => {},
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await activity(...args)
    } catch (error) {
      const failure = temporalFailure(error)
      if (!(failure instanceof CancelledFailure)) report(error)
      throw failure
    }
  }
}

function typeOf(error: unknown): FailureType {
  if (error instanceof DriveFailure || error instanceof WorkFailure) return error.type
  if (error instanceof VaultError) return vaultType(error)
  if (error instanceof SealError) return 'KeyUnavailable'
  return systemType(codesOf(error)) ?? 'Unknown'
}

const vaultTypes: Readonly<Record<Exclude<VaultErrorCode, 'StoreUnavailable'>, FailureType>> = {
  NotFound: 'IntegrityError',
  AlreadyExists: 'GenerationTaken',
  InvalidKey: 'Bug',
  IntegrityError: 'IntegrityError',
  GenerationTaken: 'GenerationTaken',
  KeyUnavailable: 'KeyUnavailable',
  KeyServiceUnavailable: 'KeyServiceUnavailable',
  Shredded: 'Shredded',
  UnsupportedVault: 'KeyUnavailable',
  InvalidInput: 'Bug',
  ClockInDoubt: 'ClockInDoubt',
  Retained: 'Retained',
}

const full = ['ENOSPC', 'EDQUOT', '53100']
const refused = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOTSUP', 'ENOENT', 'EFBIG']

function vaultType(error: VaultError): FailureType {
  const code = error.code as VaultErrorCode
  if (code !== 'StoreUnavailable') return vaultTypes[code]
  const codes = codesOf(error.cause)
  if (codes.some((one) => full.includes(one))) return 'DiskFull'
  return codes.some((one) => refused.includes(one)) ? 'StoreRefused' : 'StoreUnavailable'
}

/** PostgreSQL: classes 08 and 57P0x, too many connections, a refused socket. Prisma: P1xxx and its pool time-out. */
const databaseAway = /^(?:08\w{3}|57P0\w|53300|P10\d\d|P2024|P2028|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT)$/

function systemType(codes: readonly string[]): FailureType | undefined {
  if (codes.some((code) => full.includes(code))) return 'DiskFull'
  return codes.some((code) => databaseAway.test(code)) ? 'DatabaseUnavailable' : undefined
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = []
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    if ('code' in inner && typeof inner.code === 'string') codes.push(inner.code)
    if ('originalCode' in inner && typeof inner.originalCode === 'string') codes.push(inner.originalCode)
  }
  return codes
}

/** Our own errors are sentences already; of a foreign one only the general sentences are safe to show. */
function sentences(error: unknown, type: FailureType): string {
  const own = error instanceof DriveFailure || error instanceof WorkFailure || error instanceof VaultError || error instanceof SealError
  if (own) return error.message
  const { means, action } = failurePolicies[type]
  return type === 'Unknown' ? `${means} (${nameOf(error)}) ${action}` : `${means} ${action}`
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
