import type { Db } from './client.ts'

/** Whom a link or a session stands for. Tokens are kept as their SHA-256 only, and lead to their account: nothing else is known before. */
export type TokenHolder = { readonly accountId: string; readonly personId: string }

export type NewSignInLink = { readonly tokenHash: Uint8Array; readonly personId: string; readonly expiresAt: Date }

/** Keeps a link that signs a person in once. */
export async function addSignInLink(db: Db, accountId: string, link: NewSignInLink): Promise<void> {
  await db.prisma.signInLink.create({ data: { ...link, tokenHash: Buffer.from(link.tokenHash), accountId }, select: { accountId: true } })
}

/** Whom a link is for, while it can be used. Looking does not use it up: mail scanners and browsers look ahead. */
export async function holderOfSignInLink(db: Db, tokenHash: Uint8Array, now: Date): Promise<TokenHolder | undefined> {
  const row = await db.prisma.signInLink.findUnique({
    where: { tokenHash: Buffer.from(tokenHash), usedAt: null, expiresAt: { gt: now } },
    select: { accountId: true, personId: true },
  })
  return row ?? undefined
}

/** Uses a link up. Of several callers exactly one is told whom it was for. */
export async function useSignInLink(db: Db, tokenHash: Uint8Array, now: Date): Promise<TokenHolder | undefined> {
  const [row] = await db.prisma.signInLink.updateManyAndReturn({
    where: { tokenHash: Buffer.from(tokenHash), usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    select: { accountId: true, personId: true },
  })
  return row
}

export type WebSession = TokenHolder & { readonly csrfToken: string; readonly createdAt: Date; readonly expiresAt: Date }

export type NewWebSession = {
  readonly tokenHash: Uint8Array
  readonly personId: string
  readonly csrfToken: string
  readonly expiresAt: Date
  readonly now: Date
}

export async function openSession(db: Db, accountId: string, session: NewWebSession): Promise<void> {
  const { tokenHash, personId, csrfToken, expiresAt, now } = session
  await db.prisma.webSession.create({
    data: { tokenHash: Buffer.from(tokenHash), accountId, personId, csrfToken, expiresAt, createdAt: now },
    select: { accountId: true },
  })
}

/** The session that a cookie stands for, until it ends. */
export async function sessionByToken(db: Db, tokenHash: Uint8Array, now: Date): Promise<WebSession | undefined> {
  const row = await db.prisma.webSession.findUnique({
    where: { tokenHash: Buffer.from(tokenHash), revokedAt: null, expiresAt: { gt: now } },
    select: { accountId: true, personId: true, csrfToken: true, createdAt: true, expiresAt: true },
  })
  return row ?? undefined
}

/** Ends one session at once. */
export async function revokeSession(db: Db, accountId: string, tokenHash: Uint8Array, now: Date): Promise<boolean> {
  const { count } = await db.prisma.webSession.updateMany({
    where: { accountId, tokenHash: Buffer.from(tokenHash), revokedAt: null },
    data: { revokedAt: now },
  })
  return count > 0
}

/** Ends every session of a person at once. Returns how many there were. */
export async function revokeSessionsOf(db: Db, accountId: string, personId: string, now: Date): Promise<number> {
  const { count } = await db.prisma.webSession.updateMany({
    where: { accountId, personId, revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now },
  })
  return count
}
