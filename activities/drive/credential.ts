import { z } from 'zod'
import type { Sealer } from '../../db/kit/seal.ts'

const credential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refresh-token'), refreshToken: z.string().min(1), scopes: z.array(z.string()) }),
  z.object({
    kind: z.literal('delegation'),
    /** The person whose view of the drives is the task's. */
    subject: z.string().min(1),
    /** People who fetch content in turn with the subject, because Google limits each of them. Each should be a Manager of the drives. */
    otherSubjects: z.array(z.string().min(1)).optional(),
    scopes: z.array(z.string()),
  }),
])

/** What a task holds of its identity: a person's lasting consent, or for whom the service account acts. Only ever stored sealed. */
export type TaskCredential = z.infer<typeof credential>

export function sealCredential(sealer: Sealer, accountId: string, value: TaskCredential): Uint8Array {
  return sealer.seal(JSON.stringify(value), { purpose: 'task-credential', accountId })
}

/** @throws {SealBroken} it was changed, or belongs to another account or key */
export function openCredential(sealer: Sealer, accountId: string, sealed: Uint8Array): TaskCredential {
  return credential.parse(JSON.parse(sealer.open(sealed, { purpose: 'task-credential', accountId })))
}
