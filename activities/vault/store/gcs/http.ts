/** The requests for bytes, which Google's library would send through a chain of streams: here they are single requests. */
import { ApiError, type Bucket } from '@google-cloud/storage'

/** @throws the system's own error when there is no answer; `fetch` hides it inside */
export async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error
  }
}

/** What proves who asks; nothing for a stand-in that nobody signs in to. */
export async function signed({ storage }: Bucket): Promise<Record<string, string>> {
  return storage.useAuthWithCustomEndpoint === true ? Object.fromEntries(await storage.authClient.getRequestHeaders()) : {}
}

/** The error of an answer that is none of the expected, like those that Google's library makes. */
export function refusalOf(status: number, body: string): ApiError {
  return Object.assign(new ApiError(`Google answered ${status}`), { code: status, errors: reasonsIn(body) })
}

type Reasons = NonNullable<ApiError['errors']>

function reasonsIn(text: string): Reasons {
  try {
    return (JSON.parse(text) as { readonly error?: { readonly errors?: Reasons } }).error?.errors ?? []
  } catch {
    return []
  }
}
