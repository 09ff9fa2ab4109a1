/** A gateway over a real database, with an account, three people, drives with snapshots, and a Temporal that only writes down what it is asked. */

import type { Card } from '../../bot/cards/model.ts'
import { createGateway } from '../../bot/gateway/create-gateway.ts'
import type { Durable, VoteAnswer } from '../../bot/gateway/durable.ts'
import type { Gateway, Reply, Values } from '../../bot/gateway/gateway.ts'
import { links } from '../../bot/gateway/links.ts'
import type { Practice } from '../../bot/gateway/practice.ts'
import type { Database } from '../../db/client.ts'
import { recordDiscovery, saveDriveState, setLifecycle } from '../../db/drive-changes.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { ensurePerson } from '../../db/people.ts'
import { insertSnapshot } from '../../db/snapshots.ts'
import { at, id, makeWorld, person, type World } from '../db/world.ts'
import { standingClock } from '../support/wire.ts'

/** Writes down what it is asked; each answer can be replaced. */
export function fakeDurable() {
  const asked: string[] = []
  const answers: { vote: VoteAnswer; fail: Error | undefined } = { vote: { outcome: 'over' }, fail: undefined }
  const note = async (what: string) => {
    asked.push(what)
    if (answers.fail) throw answers.fail
  }
  const durable: Durable = {
    startBackup: (_account, driveId) => note(`backup ${driveId}`),
    startRestore: (_account, jobId) => note(`restore ${jobId}`),
    startEstimate: (_account, estimateId) => note(`estimate ${estimateId}`),
    vote: async (approvalId, vote, updateId) => {
      await note(`vote ${approvalId} ${vote.personId} ${vote.choice} ${vote.planHash} ${vote.comment ?? '-'} ${updateId}`)
      return answers.vote
    },
    cancelRestore: async (jobId) => {
      await note(`cancel ${jobId}`)
      return 'canceling'
    },
    cancelRun: (_account, _drive, runId) => note(`stop ${runId}`),
    reachable: async () => (answers.fail ? { reachable: false, problem: answers.fail.message } : { reachable: true, version: '1.32.0' }),
  }
  return { durable, asked, answers }
}

export type Desk = World & {
  readonly db: Database
  readonly gateway: Gateway
  readonly clock: ReturnType<typeof standingClock>
  readonly durable: ReturnType<typeof fakeDurable>
  readonly failures: unknown[]
  readonly cy: string
  /** Types a line as a person and gives the first reply. */
  say(who: string, text: string, key?: string): Promise<Reply>
  sayAll(who: string, text: string): Promise<readonly Reply[]>
  press(who: string, token: string, values?: Values, key?: string): Promise<Reply>
}

export async function makeDesk(db: Database, options: { readonly practice?: Practice } = {}): Promise<Desk> {
  const world = await makeWorld(db)
  const cy = await ensurePerson(db, world.accountId, person('cy', 'Cy Oncall', 'on-call'))
  const clock = standingClock(at(60).toISOString())
  const durable = fakeDurable()
  const failures: unknown[] = []
  const gateway = createGateway({
    db,
    clock,
    random: systemRandom,
    temporal: durable.durable,
    links: links('http://backstop.test'),
    sealer: createSealer(new Uint8Array(32).fill(7), systemRandom),
    practice: options.practice,
    onFailure: (error) => failures.push(error),
  })
  const from = (personId: string, key: string) => ({ accountId: world.accountId, personId, surface: 'test', dedupeKey: key })
  const sayAll = (who: string, text: string, key = id('key')) => gateway.say({ ...from(who, key), text })
  return {
    ...world,
    db,
    gateway,
    clock,
    durable,
    failures,
    cy: cy.id,
    sayAll,
    say: async (who, text, key) => only(await sayAll(who, text, key)),
    press: async (who, token, values = {}, key = id('key')) => only(await gateway.act({ ...from(who, key), token, values })),
  }
}

const only = (replies: readonly Reply[]): Reply => {
  const [reply] = replies
  if (!reply) throw new Error('There was no reply.')
  return reply
}

/** More drives in the desk's task. */
export async function addDrives(desk: Desk, ...names: readonly string[]): Promise<string[]> {
  const found = names.map((name) => ({ id: id('0A'), name, managerReachable: true }))
  await recordDiscovery(desk.db, desk.accountId, desk.taskId, found, at(2))
  return found.map((drive) => drive.id)
}

export type Content = {
  readonly id: string
  readonly name: string
  readonly parent?: string
  readonly mimeType?: string
  readonly size?: number
  readonly from?: number
  readonly to?: number
  readonly trashed?: boolean
}

/** Gives a drive `generations` snapshots, an hour apart, and the items that they hold. The drive becomes active. */
export async function addSnapshots(desk: Desk, driveId: string, generations: number, contents: readonly Content[] = []): Promise<void> {
  const { db, accountId } = desk
  await setLifecycle(db, accountId, [driveId], 'active', at(3))
  for (let generation = 1; generation <= generations; generation += 1) {
    await insertSnapshot(db, accountId, {
      driveId,
      generation,
      rootKey: `roots/${generation}`,
      runId: null,
      mode: generation === 1 ? 'initial' : 'incremental',
      outcome: 'success',
      committedAt: at(-60 * (generations - generation + 1)),
      changed: 1,
      listed: 1,
      stored: 1,
      skipped: 0,
      failed: 0,
      itemCount: contents.length,
      totalBytes: 2048,
      rootHash: `hash-${generation}`,
      pageToken: 'token',
    })
  }
  for (const item of contents) {
    await db.query(
      `insert into item (account_id, drive_id, item_id, from_generation, to_generation, parent_id, name, mime_type, size, modified_at, trashed, outcome, row)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'stored', '{}')`,
      [
        accountId,
        driveId,
        item.id,
        item.from ?? 1,
        item.to ?? null,
        item.parent ?? driveId,
        item.name,
        item.mimeType ?? 'application/pdf',
        item.size ?? 1024,
        at(-600),
        item.trashed ?? false,
      ],
    )
  }
  await saveDriveState(db, accountId, driveId, {
    generation: generations,
    pageToken: 'token',
    itemCount: contents.length,
    backupBytes: 2048,
  })
}

/** The token of the button, select or form button with this label, wherever in the card it is. */
export function tokenOf(card: Card, label: string, row?: string): string {
  const found = buttonsOf(card, row).find((button) => button.label === label)
  if (!found)
    throw new Error(
      `The card “${card.title}” has no button “${label}”; it has: ${buttonsOf(card)
        .map((button) => button.label)
        .join(', ')}.`,
    )
  return found.token
}

export function buttonsOf(card: Card, row?: string): { readonly label: string; readonly token: string }[] {
  const inNodes = (nodes: Card['nodes']): { label: string; token: string }[] =>
    nodes.flatMap((node) => {
      if (node.type === 'section') return inNodes(node.nodes)
      if (node.type !== 'table') return []
      const rows = row === undefined ? node.rows : node.rows.filter(({ cells }) => cells.some((cell) => JSON.stringify(cell).includes(row)))
      return rows.flatMap(({ actions = [] }) => actions.flatMap((action) => (action.type === 'link' ? [] : [action])))
    })
  const own = card.actions.flatMap((action): { label: string; token: string }[] => {
    if (action.type === 'link') return []
    return action.type === 'menu' ? [...action.items] : [action]
  })
  return [...(row === undefined ? own : []), ...inNodes(card.nodes), ...(card.form && row === undefined ? [card.form.submit] : [])]
}

/** Every text of a card, for "does it say". */
export const words = (card: Card): string => JSON.stringify(card)
