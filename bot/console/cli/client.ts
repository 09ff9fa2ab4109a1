/** The console's interface from the outside, with the operator's key and in somebody's name. */
import type { Values } from '../../gateway/gateway.ts'
import type { ModelMessage } from '../conversation/present.ts'
import { readServerEvents } from './server-events.ts'

/** The bot said no, or is not there. `message` is a sentence for people. */
export class BotRefused extends Error {
  override readonly name = 'BotRefused'
}

export type BotPlace = { readonly url: string; readonly key: string }

export type News = { readonly message: ModelMessage } | { readonly trouble: string } | { readonly well: true }

export interface BotClient {
  say(line: { readonly text: string; readonly clientId: string }): Promise<readonly ModelMessage[]>
  act(click: {
    readonly token: string
    readonly values: Values
    readonly clientId: string
    readonly messageId: string
  }): Promise<readonly ModelMessage[]>
  /** The newest part of the conversation, the oldest first. */
  transcript(): Promise<readonly ModelMessage[]>
  /** Whether what a message is about has come to its end. */
  settled(messageId: string): Promise<boolean>
  /** The person in whose name all this is. */
  person(): Promise<{ readonly displayName: string; readonly timeZone: string }>
  /** What is new from now on, until the connection ends or the signal is aborted. */
  news(signal: AbortSignal): AsyncGenerator<News>
}

type Answer = { readonly messages: readonly ModelMessage[] }

export function botClient({ url, key }: BotPlace, as: string): BotClient {
  const headers = { authorization: `Bearer ${key}`, 'x-backstop-as': as, 'content-type': 'application/json' }

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${url}/console/api/${path}`, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw new BotRefused(`Backstop does not answer at ${url}. Is it running? "backstop doctor" tells more.`, { cause })
    })
    if (response.ok) return response
    const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
    throw new BotRefused(body?.error?.message ?? `Backstop answered at ${url} with an error (${response.status}).`)
  }

  async function ask<Result>(path: string, body?: unknown): Promise<Result> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    return (await (await request(path, init)).json()) as Result
  }

  return {
    say: async (line) => (await ask<Answer>('say?format=card', line)).messages,
    act: async (click) => (await ask<Answer>('act?format=card', click)).messages,
    transcript: async () => (await ask<Answer>('transcript?format=card')).messages,
    settled: async (messageId) => (await ask<{ settled: boolean }>(`settled?${new URLSearchParams({ messageId })}`)).settled,
    person: () => ask('person'),
    async *news(signal) {
      const response = await request('events?format=card', { signal })
      if (!response.body) return
      for await (const { event, data } of readServerEvents(response.body)) {
        if (event === 'message') yield { message: JSON.parse(data) as ModelMessage }
        if (event === 'trouble') yield { trouble: (JSON.parse(data) as { message: string }).message }
        if (event === 'well') yield { well: true }
      }
    },
  }
}
