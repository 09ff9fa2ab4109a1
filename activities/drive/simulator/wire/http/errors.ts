/** An answer that is an error in Google's form. Everything below the server throws this; only the server writes it. */
export class WireError extends Error {
  readonly status: number
  readonly reason: string
  readonly place: ErrorPlace
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, reason: string, message: string, place: ErrorPlace = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'WireError'
    this.status = status
    this.reason = reason
    this.place = place
    this.headers = headers
  }
}

/** Where in the request the mistake is, in Google's words: `location: 'fileId', locationType: 'parameter'`. */
export type ErrorPlace = { readonly domain?: string; readonly location?: string; readonly locationType?: string }

export function wireError(status: number, reason: string, message: string, place?: ErrorPlace): WireError {
  return new WireError(status, reason, message, place)
}

/** 400 `invalid`: a parameter has a value that Drive does not take. */
export function invalidValue(parameter: string, message = 'Invalid Value'): WireError {
  return wireError(400, 'invalid', message, { location: parameter, locationType: 'parameter' })
}

/** 400 `required`: a parameter is missing. */
export function requiredParameter(parameter: string, message = `Required parameter: ${parameter}`): WireError {
  return wireError(400, 'required', message, { location: parameter, locationType: 'parameter' })
}

const canonical: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 429: 'RESOURCE_EXHAUSTED' }

/** The JSON of an error as Drive v3 writes it. https://developers.google.com/workspace/drive/api/guides/handle-errors */
export function errorBody(error: WireError): unknown {
  const { domain = 'global', location, locationType } = error.place
  const status = error.status === 403 && error.reason !== 'insufficientPermissions' ? undefined : canonical[error.status]
  return {
    error: {
      code: error.status,
      message: error.message,
      errors: [
        {
          message: error.message,
          domain,
          reason: error.reason,
          ...(location === undefined ? {} : { location, locationType: locationType ?? 'parameter' }),
        },
      ],
      ...(status === undefined ? {} : { status }),
    },
  }
}
