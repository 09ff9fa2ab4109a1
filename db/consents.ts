import type { Db } from './client.ts'

/** A person has been sent to Google to consent. `state` goes there and comes back; only its SHA-256 is kept. */
export type ConsentRequest = {
  readonly accountId: string
  readonly personId: string
  /** The task to reconnect; null for a new one. */
  readonly taskId: string | null
  readonly taskName: string
  /** The sealed PKCE verifier (db/kit/seal.ts). */
  readonly codeVerifier: Uint8Array
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

export type NewConsent = {
  readonly stateHash: Uint8Array
  readonly personId: string
  readonly taskId?: string | undefined
  readonly taskName: string
  readonly codeVerifier: Uint8Array
  readonly expiresAt: Date
}

export async function addConsent(db: Db, accountId: string, consent: NewConsent): Promise<void> {
  const { stateHash, personId, taskId, taskName, codeVerifier, expiresAt } = consent
  await db.prisma.consentRequest.create({
    data: {
      stateHash: Buffer.from(stateHash),
      accountId,
      personId,
      taskId: taskId ?? null,
      taskName,
      codeVerifier: Buffer.from(codeVerifier),
      expiresAt,
    },
    select: { accountId: true },
  })
}

/** Finds the request that a browser comes back with, spent and expired ones too, so that the page can say what is wrong. */
export async function consentByState(db: Db, stateHash: Uint8Array): Promise<ConsentRequest | undefined> {
  const row = await db.prisma.consentRequest.findUnique({ where: { stateHash: Buffer.from(stateHash) }, omit: { stateHash: true } })
  return row ?? undefined
}

/**
 * Uses a request up, before it expires. Of several callers exactly one gets it; whoever creates the task does both in one transaction,
 * so that a repeat after a crash finds either both or neither.
 */
export async function useConsent(db: Db, accountId: string, stateHash: Uint8Array, now: Date): Promise<ConsentRequest | undefined> {
  const [row] = await db.prisma.consentRequest.updateManyAndReturn({
    where: { accountId, stateHash: Buffer.from(stateHash), usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    omit: { stateHash: true },
  })
  return row
}
