import { createHash } from 'node:crypto'
import type { NewCardAction } from '../../db/card-actions.ts'
import type { Sql } from '../../db/client.ts'
import type { ActionOf, ButtonOf, Card, CardDraft, Intent, Meant, NodeOf, Shown } from './model.ts'

const dayMs = 86_400_000
/** Tokens of one period are the same, so that a card that has not changed is not shown again for their sake. */
const periodMs = 15 * dayMs
/** A button lives at least this long after it was shown. */
const lifeMs = 30 * dayMs

/**
 * Gives every button of a card its token. It follows from the account, the intent and the period alone: a card that is rendered again and
 * again keeps its buttons, and a copy of it elsewhere has the same. Knowing a token permits nothing: a click is checked like a typed command.
 */
export async function issueTokens(db: Sql, accountId: string, draft: CardDraft, now: Date): Promise<Card> {
  const period = Math.floor(now.getTime() / periodMs)
  const expiresAt = new Date((period + 1) * periodMs + lifeMs)
  const issued = new Map<string, NewCardAction>()

  const issue = ({ command, args, subjectId }: Intent): string => {
    const token = tokenOf([accountId, command, subjectId ?? null, args, period])
    issued.set(token, { token, intent: command, subjectId, payload: args, expiresAt })
    return token
  }
  const card = mapCard(draft, issue)
  await keepActions(db, accountId, [...issued.values()], now)
  return card
}

/** Keeps the actions before the card is shown; those that are there already stay as they are. */
async function keepActions(db: Sql, accountId: string, actions: readonly NewCardAction[], now: Date): Promise<void> {
  if (actions.length === 0) return
  await db.query(
    `insert into card_action (account_id, token, intent, subject_id, payload, created_at, expires_at)
     select $1, token, intent, "subjectId", payload, $3, "expiresAt"
     from jsonb_to_recordset($2::jsonb) as x(token text, intent text, "subjectId" text, payload jsonb, "expiresAt" timestamptz)
     on conflict (token) do nothing`,
    [accountId, JSON.stringify(actions), now],
  )
}

/** 150 bits of a digest over the intent. The account's id is unguessable and never shown, so no one else can tell a token beforehand. */
const tokenOf = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 25)

type Issue = (intent: Intent) => string

function mapCard(draft: CardDraft, issue: Issue): Card {
  const { nodes, actions, form, ...rest } = draft
  return {
    ...rest,
    nodes: nodes.map((node) => mapNode(node, issue)),
    actions: actions.map((action) => mapAction(action, issue)),
    ...(form && { form: { fields: form.fields, submit: mapButton(form.submit, issue) } }),
  }
}

function mapNode(node: NodeOf<Meant>, issue: Issue): NodeOf<Shown> {
  if (node.type === 'section') return { ...node, nodes: node.nodes.map((inner) => mapNode(inner, issue)) }
  if (node.type !== 'table') return node
  return {
    ...node,
    rows: node.rows.map(({ actions, ...row }) => ({
      ...row,
      ...(actions && { actions: actions.map((action) => (action.type === 'link' ? action : mapButton(action, issue))) }),
    })),
  }
}

function mapAction(action: ActionOf<Meant>, issue: Issue): ActionOf<Shown> {
  if (action.type === 'link') return action
  if (action.type === 'menu') return { ...action, items: action.items.map((item) => mapButton(item, issue)) }
  if (action.type === 'button') return mapButton(action, issue)
  const { intent, ...rest } = action
  return { ...rest, token: issue(intent) }
}

function mapButton({ intent, ...rest }: ButtonOf<Meant>, issue: Issue): ButtonOf<Shown> {
  return { ...rest, token: issue(intent) }
}
