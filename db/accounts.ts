import type { Db } from './client.ts'

/** A customer. Everything that belongs to one carries its id, and no query reaches over it (P15). */
export type Account = { readonly id: string; readonly name: string; readonly createdAt: Date }

const columns = { id: true, name: true, createdAt: true } as const

/** Makes an account, or finds the one that has this id already. */
export async function ensureAccount(db: Db, account: { readonly id: string; readonly name: string; readonly now: Date }): Promise<Account> {
  const { id, name, now } = account
  return db.prisma.account.upsert({ where: { id }, create: { id, name, createdAt: now }, update: {}, select: columns })
}

export async function accountById(db: Db, accountId: string): Promise<Account | undefined> {
  return (await db.prisma.account.findUnique({ where: { id: accountId }, select: columns })) ?? undefined
}

/** Every account, for a process that serves them all. */
export function listAccounts(db: Db): Promise<Account[]> {
  return db.prisma.account.findMany({ orderBy: { id: 'asc' }, select: columns })
}
