/** The conversation as server-sent events. A browser reconnects by itself and says by `Last-Event-ID` where it was cut off. */
import { type Request, type Response, Router } from 'express'
import { approvalsWaitingFor } from '../../../db/approvals.ts'
import { changedSince } from '../../../db/chat-messages.ts'
import type { Db } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Hub } from '../../outbox/hub.ts'
import { explainOutage } from '../../web/http/outage.ts'
import { sessionsIn } from '../../web/sign-in/cookies.ts'
import type { Member } from '../../web/sign-in/person.ts'
import { conversationOf } from '../conversation/place.ts'
import type { Present } from '../conversation/present.ts'
import { follow, pageSize, type StreamEvent } from '../conversation/stream.ts'
import { ownerOf, presenter } from './api.ts'
import { eventsInput, read } from './input.ts'
import { type Doorkeeper, whoAsks } from './who.ts'

export type EventsParts = {
  readonly db: Db
  readonly clock: Clock
  readonly hub: Hub
  readonly door: Doorkeeper
  readonly publicUrl: () => URL
  /** Aborted when the bot stops, so that open streams do not keep it. */
  readonly stopping: AbortSignal
}

/** Proxies close a connection on which nothing happens; a comment keeps it open, and tells a dead one apart. */
const heartbeatMs = 15_000

export function eventsRoutes(parts: EventsParts): Router {
  const router = Router()
  router.get('/console/api/events', async (request, response) => {
    const person = await whoAsks(request, parts.door)
    const { since, format } = read(eventsInput, request.query)
    const from = Number(request.get('last-event-id') ?? since ?? parts.clock.now().getTime())
    const others = (await sessionsIn(request, parts.door.signIn)).map((session) => session.person)
    const people = [person, ...others.filter(({ id }) => id !== person.id)]
    await stream(parts, people, new Date(from), presenter(person, format, parts.publicUrl()), request, response)
  })
  return router
}

async function stream(
  { db, clock, hub, stopping }: EventsParts,
  people: readonly Member[],
  since: Date,
  present: Present,
  request: Request,
  response: Response,
): Promise<void> {
  const [person] = people
  if (!person) return
  const gone = new AbortController()
  request.once('close', () => gone.abort())
  const ended = AbortSignal.any([gone.signal, stopping])
  response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
  response.flushHeaders()
  // A second until the next try, so that a restart of the bot is hardly seen.
  response.write('retry: 1000\n\n')
  const stopBeating = clock.every(heartbeatMs, () => response.write(': still here\n\n'))
  const watch = hub.watch(people.map(({ id }) => id))
  const watched = {
    watch,
    changedSince: (from: Date) => changedSince(db, person.accountId, conversationOf(ownerOf(person)), from, pageSize),
    waiting: async () => {
      const counts = people.map(async (one) => [one.handle, (await approvalsWaitingFor(db, one.accountId, one.id)).length] as const)
      return Object.fromEntries(await Promise.all(counts))
    },
  }
  try {
    for await (const event of follow(watched, since, ended)) response.write(eventText(event, present))
  } finally {
    watch.close()
    stopBeating()
    response.end()
  }
}

function eventText(event: StreamEvent, present: Present): string {
  switch (event.type) {
    case 'message':
      return `id: ${event.cursor}\nevent: message\ndata: ${JSON.stringify(present(event.message))}\n\n`
    case 'waiting':
      return `event: waiting\ndata: ${JSON.stringify(event.counts)}\n\n`
    case 'trouble':
      return `event: trouble\ndata: ${JSON.stringify({ message: explainOutage(event.error)?.message ?? 'The conversation cannot be read at the moment. Backstop keeps trying.' })}\n\n`
    case 'well':
      return 'event: well\ndata: {}\n\n'
  }
}
