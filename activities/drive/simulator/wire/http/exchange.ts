/** One request and its answer, free of sockets, so that a batch can carry them as well as a connection. */
export type WireRequest = {
  readonly verb: string
  /** Decoded by the router, segment by segment; begins with `/`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: AsyncIterable<Uint8Array>
}

export type WireAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | AsyncIterable<Uint8Array>
  /** Set by the fault plan: the connection is cut after so many bytes of the body. */
  readonly cutAfterBytes?: number
}

export const jsonType = 'application/json; charset=UTF-8'

/** A JSON answer. The value is written at once: views of the model are only good in the tick in which they were made. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return { status, headers: { 'content-type': jsonType, ...headers }, body: JSON.stringify(value) }
}

/** What Drive answers to a deletion. */
export const noContent: WireAnswer = { status: 204, headers: {} }
