import type { Db } from './client.ts'
import type { Platform } from './people.ts'

/** Who somebody is on a chat platform. `teamId` is the workspace or tenant; the console has one per account. */
export type ChatIdentity = { readonly platform: Platform; readonly teamId: string; readonly chatUserId: string }

/** Whose account and person an identity stands for. */
export type LinkedPerson = { readonly accountId: string; readonly personId: string }

/**
 * Says that a chat identity is this person.
 * @returns false when it is linked to another person already, or when the account has no such person; nothing is changed then
 */
export async function linkIdentity(db: Db, accountId: string, identity: ChatIdentity, personId: string, now: Date): Promise<boolean> {
  const linked = await db.query(
    `insert into chat_identity (platform, team_id, chat_user_id, account_id, person_id, linked_at)
     select $3, $4, $5, person.account_id, person.id, $6 from person where account_id = $1 and id = $2
     on conflict (platform, team_id, chat_user_id) do update set linked_at = chat_identity.linked_at
       where chat_identity.account_id = excluded.account_id and chat_identity.person_id = excluded.person_id
     returning person_id`,
    [accountId, personId, identity.platform, identity.teamId, identity.chatUserId, now],
  )
  return linked.length > 0
}

/** Finds the account from what a platform says of the sender: the one place where a message has no account yet. */
export async function personBehind(db: Db, identity: ChatIdentity): Promise<LinkedPerson | undefined> {
  const { platform, teamId, chatUserId } = identity
  const row = await db.prisma.chatIdentity.findUnique({
    where: { platform_teamId_chatUserId: { platform, teamId, chatUserId } },
    select: { accountId: true, personId: true },
  })
  return row ?? undefined
}

export async function identitiesOf(db: Db, accountId: string, personId: string): Promise<ChatIdentity[]> {
  const rows = await db.prisma.chatIdentity.findMany({
    where: { accountId, personId },
    orderBy: [{ platform: 'asc' }, { teamId: 'asc' }, { chatUserId: 'asc' }],
    select: { platform: true, teamId: true, chatUserId: true },
  })
  return rows.map((row) => ({ ...row, platform: row.platform as Platform }))
}

export async function unlinkIdentity(db: Db, accountId: string, identity: ChatIdentity): Promise<boolean> {
  const { count } = await db.prisma.chatIdentity.deleteMany({ where: { accountId, ...identity } })
  return count > 0
}
