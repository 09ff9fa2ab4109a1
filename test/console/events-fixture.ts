/** Reads a stream of server-sent events as a browser does. */
export type ServerEvent = { readonly id?: string; readonly event: string; readonly data: unknown }

export type EventReader = {
  /** The next event of this kind; others before it are passed over. */
  next(event: string): Promise<ServerEvent>
  close(): Promise<void>
}

export async function readEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
  const stop = new AbortController()
  const response = await fetch(url, { headers, signal: stop.signal })
  if (!response.ok || !response.body) throw new Error(`The stream answered with ${response.status}: ${await response.text()}`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''

  async function read(): Promise<ServerEvent> {
    for (;;) {
      const end = buffer.indexOf('\n\n')
      if (end >= 0) {
        const block = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        const parsed = parse(block)
        if (parsed) return parsed
        continue
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('The stream has ended.')
      buffer += value
    }
  }

  return {
    async next(event) {
      for (;;) {
        const found = await read()
        if (found.event === event) return found
      }
    },
    async close() {
      stop.abort()
      await reader.cancel().catch(() => {})
    },
  }
}

function parse(block: string): ServerEvent | undefined {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line) => {
        const at = line.indexOf(': ')
        return [line.slice(0, at), line.slice(at + 2)] as const
      }),
  )
  const data = fields.get('data')
  if (data === undefined) return undefined
  const id = fields.get('id')
  return { event: fields.get('event') ?? 'message', data: JSON.parse(data), ...(id !== undefined && { id }) }
}
