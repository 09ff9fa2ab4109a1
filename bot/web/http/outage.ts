import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { DurableUnavailable } from '../../gateway/durable.ts'
import { HttpProblem } from './problem.ts'

const databaseCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  // PostgreSQL: shutting down, crashed, starting up, too many connections, connection failures, and a schema that is not there yet.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08006',
  '42P01',
  // Prisma: cannot reach the server, timed out, closed the connection, no connection in time, no such table, no transaction in time.
  'P1001',
  'P1002',
  'P1017',
  'P2024',
  'P2021',
  'P2028',
])

/** gRPC's codes for a deadline that has passed and for a server that is not there. */
const silent: readonly number[] = [4, 14]

/** Failures that are nobody's mistake and pass: a server that the bot needs cannot be reached. Undefined for anything else. */
export function explainOutage(error: unknown): HttpProblem | undefined {
  const codes = codesOf(error)
  const words = error instanceof Error ? error.message : ''
  if (codes.some((code) => databaseCodes.has(code)) || /connection terminated|timeout exceeded when trying to connect/i.test(words)) {
    return new HttpProblem(
      503,
      'The database cannot be reached',
      'Backstop cannot reach its database (PostgreSQL) at the moment. Nothing is lost, and it connects again by itself; try again in a moment.',
    )
  }
  const inner = error instanceof ServiceError ? error.cause : error
  if (error instanceof DurableUnavailable || (isGrpcServiceError(inner) && silent.includes(inner.code))) {
    return new HttpProblem(
      503,
      'Temporal cannot be reached',
      'Backstop cannot reach Temporal, which carries out its work, at the moment. Nothing is lost; reload the page or try again in a moment.',
    )
  }
  return undefined
}

/** The codes of an error and of what caused it. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : []
  return [...own, ...inner, ...codesOf(error.cause)]
}
