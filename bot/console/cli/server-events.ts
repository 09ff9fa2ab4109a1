/** One event of a `text/event-stream`; `data` is what was sent, joined by line breaks. */
export type ServerEvent = { readonly id?: string; readonly event: string; readonly data: string }

/** Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) until the stream ends. */
export async function* readServerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let buffer = ''
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      const blocks = (buffer + value).split('\n\n')
      buffer = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parse(block)
        if (event) yield event
      }
    }
  } finally {
    await reader.cancel()
  }
}

function parse(block: string): ServerEvent | undefined {
  const lines = block.split('\n').filter((line) => !line.startsWith(':'))
  const values = (name: string) => lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2))
  const data = values('data')
  if (data.length === 0) return undefined
  const [id] = values('id')
  return { event: values('event')[0] ?? 'message', data: data.join('\n'), ...(id !== undefined && { id }) }
}
