import { describe, expect, test } from 'vitest'
import {
  addCard,
  addTyped,
  type Conversation,
  changedSince,
  messageById,
  replaceCard,
  type Subject,
  transcript,
} from '../../db/chat-messages.ts'
import { bumpSubject, claimStaleMessages, markDead, placesOf, requestMessage, saveRendering } from '../../db/chat-outbox.ts'
import { at, id, makeWorld, openTestDatabase, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const here = (personId: string): Conversation => ({ platform: 'console', teamId: '', conversationId: personId })
const leaseMs = 30_000

async function conversation() {
  const world = await makeWorld(db)
  const place = here(world.ada)
  const subject: Subject = { type: 'job', id: id('job') }
  const request = async (minute = 1, over: { id?: string; subject?: Subject } = {}) => {
    const message = { id: over.id ?? id('msg'), ...place, personId: world.ada, subject: over.subject ?? subject, now: at(minute) }
    await requestMessage(db, world.accountId, message)
    return message.id
  }
  const claim = (minute: number, limit = 10) => claimStaleMessages(db, world.accountId, { limit, leaseMs, now: at(minute) })
  const render = (messageId: string, version: number, title: string, minute: number) =>
    saveRendering(db, world.accountId, { id: messageId, version, card: { title }, hash: title, now: at(minute) })
  return { ...world, place, subject, request, claim, render }
}

const ids = (messages: readonly { id: string }[]) => messages.map((message) => message.id)

describe('a conversation', () => {
  test('is read backwards a page at a time, without what is not rendered yet', async () => {
    const { accountId, ada, place, request } = await conversation()
    await addTyped(db, accountId, { id: 'a1', ...place, personId: ada, text: 'status', now: at(1) })
    await addCard(db, accountId, { id: 'a2', ...place, personId: ada, card: { title: 'Fine' }, now: at(1) })
    await request(1)
    await addTyped(db, accountId, { id: 'a3', ...place, personId: ada, text: 'help', now: at(2) })
    const last = await transcript(db, accountId, place, { limit: 2 })
    expect(ids(last)).toEqual(['a2', 'a3'])
    const [oldest] = last
    expect(ids(await transcript(db, accountId, place, { before: oldest, limit: 2 }))).toEqual(['a1'])
    expect(ids(await changedSince(db, accountId, place, at(2), 10))).toEqual(['a3'])
  })

  test('keeps a message once, however often it is delivered', async () => {
    const { accountId, place } = await conversation()
    const messageId = id('msg')
    await addTyped(db, accountId, { id: messageId, ...place, text: 'first', now: at(1) })
    await addTyped(db, accountId, { id: messageId, ...place, text: 'second', now: at(2) })
    expect(await messageById(db, accountId, messageId)).toMatchObject({ text: 'first', direction: 'in', subject: null, createdAt: at(1) })
  })

  test('has a card replaced by another, which then follows the new subject', async () => {
    const { accountId, place, subject, claim } = await conversation()
    const messageId = id('msg')
    await addCard(db, accountId, { id: messageId, ...place, card: { title: 'Sure?' }, now: at(1) })
    expect(await claim(2)).toEqual([])
    expect(await replaceCard(db, accountId, { id: messageId, card: { title: 'Started' }, subject, now: at(3) })).toBe(true)
    expect(await messageById(db, accountId, messageId)).toMatchObject({ card: { title: 'Started' }, subject, updatedAt: at(3) })
    expect(ids(await claim(4))).toEqual([messageId])
    expect(await replaceCard(db, accountId, { id: 'nowhere', card: {}, now: at(3) })).toBe(false)
  })
})

describe('the outbox', () => {
  test('gives a stale message to one claimant, and again when the lease has ended', async () => {
    const { request, claim } = await conversation()
    const messageIds = [await request(1), await request(2), await request(3)]
    const claims = await times(20, () => claim(5, 1))
    expect(ids(claims.flat()).sort()).toEqual([...messageIds].sort())
    expect(await claim(5)).toEqual([])
    expect(ids(await claim(6))).toHaveLength(3)
  })

  test('renders the longest unchanged message first', async () => {
    const { request, claim } = await conversation()
    const [third, first] = [await request(3), await request(1)]
    await request(4)
    expect(ids(await claim(5, 2)).sort()).toEqual([third, first].sort())
  })

  test('renders again when the subject has changed while it was being rendered', async () => {
    const { accountId, subject, request, claim, render } = await conversation()
    const messageId = await request()
    const [claimed] = await claim(2)
    expect(await bumpSubject(db, accountId, subject)).toBe(1)
    expect(await render(messageId, claimed?.version ?? 0, 'old', 2)).toBe(true)
    const [again] = await claim(2)
    expect(again).toMatchObject({ id: messageId, version: 2, renderedHash: 'old' })
    expect(await render(messageId, 2, 'new', 3)).toBe(true)
    expect(await claim(4)).toEqual([])
  })

  test('never puts an older rendering over a newer one', async () => {
    const { accountId, subject, request, claim, render } = await conversation()
    const messageId = await request()
    await claim(1)
    await bumpSubject(db, accountId, subject)
    await claim(2)
    expect(await render(messageId, 2, 'newer', 2)).toBe(true)
    expect(await render(messageId, 1, 'older', 3)).toBe(false)
    expect((await messageById(db, accountId, messageId))?.card).toEqual({ title: 'newer' })
  })

  test('moves the time of a message only when its rendering is another', async () => {
    const { accountId, subject, request, render } = await conversation()
    const messageId = await request(1)
    await render(messageId, 1, 'same', 2)
    await bumpSubject(db, accountId, subject)
    await render(messageId, 2, 'same', 3)
    expect((await messageById(db, accountId, messageId))?.updatedAt).toEqual(at(2))
  })

  test('leaves dead messages and other subjects alone', async () => {
    const { accountId, subject, request, claim, render, place } = await conversation()
    const dead = await request()
    const other = await request(1, { subject: { type: 'task', id: subject.id } })
    await markDead(db, accountId, dead, at(2))
    expect(await bumpSubject(db, accountId, subject)).toBe(0)
    expect(ids(await claim(3))).toEqual([other])
    expect(await render(dead, 1, 'late', 3)).toBe(false)
    expect(await placesOf(db, accountId, subject)).toEqual([])
    expect(await placesOf(db, accountId, { type: 'task', id: subject.id })).toEqual([place])
  })

  test('loses no change and doubles no claim when many bump and many render', async () => {
    const { accountId, subject, request, claim, render } = await conversation()
    const messageId = await request()
    await times(40, async (index) => {
      if (index % 2) await bumpSubject(db, accountId, subject)
      for (const { id: claimed, version } of await claim(2)) await render(claimed, version, `v${version}`, 2)
    })
    for (const { version } of await claim(3)) await render(messageId, version, `v${version}`, 3)
    expect((await messageById(db, accountId, messageId))?.card).toEqual({ title: 'v21' })
  })
})
