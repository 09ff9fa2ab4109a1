/** The console's interface as JSON: for the page, for the operator's tool and for programs. */
import { json, type Request, type Response, Router } from 'express'
import { type ChatMessage, messageById, transcript } from '../../../db/chat-messages.ts'
import type { Db, Sql } from '../../../db/client.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { notFound } from '../../web/http/problem.ts'
import type { Member } from '../../web/sign-in/person.ts'
import { act, type Parts, say } from '../conversation/conversation.ts'
import { conversationOf, type Owner } from '../conversation/place.ts'
import { forPage, forPrograms, type Present } from '../conversation/present.ts'
import { isRendered, isSettled } from '../conversation/settled.ts'
import { actInput, completeInput, optionsInput, read, sayInput, settledInput, transcriptInput } from './input.ts'
import { type Doorkeeper, whoAsks } from './who.ts'

export type ApiParts = Parts & { readonly door: Doorkeeper; readonly publicUrl: () => URL }

const transcriptLength = 50

export function apiRoutes(parts: ApiParts): Router {
  const { gateway, door, publicUrl } = parts
  const router = Router()
  router.use('/console/api', json({ limit: '256kb' }))

  /** Finds out who asks, and answers with what the work yields. */
  const answer =
    (work: (person: Member, request: Request) => Promise<object>) =>
    async (request: Request, response: Response): Promise<void> => {
      const person = await whoAsks(request, door)
      response.json(await work(person, request))
    }
  const present = (person: Member, format: 'html' | 'card'): Present => presenter(person, format, publicUrl())
  const wanted = (request: Request) => (request.query.format === 'card' ? 'card' : 'html')

  router.post(
    '/console/api/say',
    answer(async (person, request) => {
      const messages = await say(parts, ownerOf(person), read(sayInput, request.body))
      return { messages: messages.map(present(person, wanted(request))) }
    }),
  )
  router.post(
    '/console/api/act',
    answer(async (person, request) => {
      const messages = await act(parts, ownerOf(person), read(actInput, request.body))
      return { messages: messages.map(present(person, wanted(request))) }
    }),
  )
  router.get(
    '/console/api/settled',
    answer((person, request) => settled(parts.db, person, request)),
  )
  router.get(
    '/console/api/person',
    answer(async ({ handle, displayName, roles, timeZone }) => ({ handle, displayName, roles, timeZone })),
  )
  router.get(
    '/console/api/transcript',
    answer(async (person, request) => {
      const { before, format } = read(transcriptInput, request.query)
      return transcriptPage(parts.db, person, before, present(person, format))
    }),
  )
  router.get(
    '/console/api/complete',
    answer(async (person, request) => completions(gateway, person, request)),
  )
  router.get(
    '/console/api/options',
    answer(async (person, request) => choices(gateway, person, request)),
  )
  return router
}

export function ownerOf(person: Member): Owner {
  return { accountId: person.accountId, personId: person.id }
}

export function presenter(person: Member, format: 'html' | 'card', publicUrl: URL): Present {
  return format === 'card' ? forPrograms : forPage({ timeZone: person.timeZone, ownOrigin: publicUrl.origin })
}

/** A page of the conversation, and where the one before it ends; without `earlier` there is none. */
export async function transcriptPage<Shown>(
  db: Sql,
  person: Member,
  before: Pick<ChatMessage, 'id' | 'createdAt'> | undefined,
  present: (message: ChatMessage) => Shown,
) {
  const messages = await transcript(db, person.accountId, conversationOf(ownerOf(person)), { before, limit: transcriptLength + 1 })
  const shown = messages.slice(-transcriptLength)
  const oldest = messages.length > transcriptLength ? shown[0] : undefined
  const newest = Math.max(0, ...shown.map(({ updatedAt }) => updatedAt.getTime()))
  return {
    messages: shown.map(present),
    since: String(newest),
    ...(oldest && { earlier: `${oldest.createdAt.getTime()}~${oldest.id}` }),
  }
}

/** Whether a message has come to its end: what it is about, and its own rendering of that. */
async function settled(db: Db, person: Member, request: Request) {
  const { messageId } = read(settledInput, request.query)
  const message = await messageById(db, person.accountId, messageId)
  if (message?.conversationId !== person.id) throw notFound('There is no such message in this conversation.')
  const ended = message.subject === null || (await isSettled(db, person.accountId, message.subject))
  return { settled: ended && (await isRendered(db, person.accountId, messageId)) }
}

async function completions(gateway: Gateway, person: Member, request: Request) {
  const { text, cursor } = read(completeInput, request.query)
  return { suggestions: await gateway.complete({ accountId: person.accountId, personId: person.id, text, cursor: cursor ?? text.length }) }
}

async function choices(gateway: Gateway, person: Member, request: Request) {
  const { source, text } = read(optionsInput, request.query)
  return { options: await gateway.options({ accountId: person.accountId, personId: person.id, source, text }) }
}
