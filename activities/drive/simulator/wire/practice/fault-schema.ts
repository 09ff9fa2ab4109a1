import { z } from 'zod'
import type { PlannedFault } from './faults.ts'

const count = z.int().min(1).max(1_000_000)

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    reason: z.string().default('backendError'),
    message: z.string().optional(),
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  }),
  z.strictObject({ kind: z.literal('cut'), afterBytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(1).max(600_000) }),
  z.strictObject({ kind: z.literal('stalePage'), missing: z.int().min(0).default(1), repeated: z.int().min(0).default(0) }),
  z.strictObject({ kind: z.literal('expiredPageToken') }),
  z.strictObject({ kind: z.literal('revokeGrant') }),
  z.strictObject({ kind: z.literal('errorAfterSuccess'), status: z.int().min(500).max(599).default(500) }),
])

const planned = z.strictObject({
  method: z.string().min(1),
  media: z.boolean().optional(),
  call: count.default(1),
  times: count.default(1),
  fault,
})

const body = z.union([z.strictObject({ faults: z.array(planned).min(1).max(1_000) }), planned.transform((one) => ({ faults: [one] }))])

/**
 * Reads the body of `POST /_practice/faults`: one planned fault, or `{faults: […]}`. The `call`-th call (default the first) of `method`
 * is hit, and the `times - 1` after it; `media` says whether only `alt=media` calls and uploads count, or only others.
 * @throws {Error} a sentence that names what is wrong
 */
export function parseFaults(value: unknown): readonly PlannedFault[] {
  const result = body.safeParse(value)
  if (result.success) return result.data.faults
  throw new Error(`The fault plan cannot be read. ${z.prettifyError(result.error)}`)
}
