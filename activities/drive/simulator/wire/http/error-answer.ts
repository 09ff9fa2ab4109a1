import { DriveError } from '../../model/errors.ts'
import { errorBody, WireError, wireError } from './errors.ts'
import { json, type WireAnswer } from './exchange.ts'

/** The answer to a refusal; nothing for what is none, such as a cut connection or a mistake of this server. */
export function refusalAnswer(error: unknown): WireAnswer | undefined {
  if (error instanceof WireError) return json(errorBody(error), error.status, error.headers)
  if (error instanceof DriveError) return json(errorBody(fromModel(error)), error.status)
  return undefined
}

/** The answer to a refusal. What is no refusal is thrown on. */
export function errorAnswer(error: unknown): WireAnswer {
  const answer = refusalAnswer(error)
  if (!answer) throw error
  return answer
}

function fromModel(error: DriveError): WireError {
  const { domain, location, locationType } = error
  return wireError(error.status, error.reason, error.message, {
    domain,
    ...(location === undefined ? {} : { location, locationType: locationType ?? 'parameter' }),
  })
}

/** The answer to a mistake of this server: its details are for the log, not for the caller. */
export function internalError(): WireAnswer {
  return json(errorBody(wireError(500, 'internalError', 'Internal Error')), 500)
}
