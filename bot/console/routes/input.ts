/** What callers of the console's interface may send, and how big it may be. */
import { z } from 'zod'
import { badRequest } from '../../web/http/problem.ts'

/** The longest line, in characters: the limit of Slack, so that a line means the same everywhere. */
export const maxLineLength = 4_000

const clientId = z.string().min(1).max(100)

export const sayInput = z.object({ text: z.string().max(maxLineLength), clientId })

export const actInput = z.object({
  token: z.string().min(1).max(200),
  values: z
    .record(z.string().max(100), z.union([z.string().max(10_000), z.boolean(), z.array(z.string().max(1_000)).max(1_000)]))
    .default({}),
  clientId,
  messageId: z.string().max(100).optional(),
})

export const completeInput = z.object({ text: z.string().max(maxLineLength), cursor: z.coerce.number().int().nonnegative().optional() })

export const settledInput = z.object({ messageId: z.string().min(1).max(100) })

export const optionsInput = z.object({ source: z.string().max(100), text: z.string().max(1_000).default('') })

/** A place in the transcript: where an earlier page ends. */
export const transcriptInput = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}~[\w-]{1,100}$/)
    .transform((cursor) => {
      const [at, id] = cursor.split('~')
      return { createdAt: new Date(Number(at)), id: id ?? '' }
    })
    .optional(),
  format: z.enum(['html', 'card']).default('html'),
})

export const eventsInput = z.object({
  since: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  format: z.enum(['html', 'card']).default('html'),
})

/** The input as its schema says, or a sentence that names what is wrong with it. */
export function read<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw badRequest(`The request cannot be understood: ${issue?.path.join('.') || 'its body'}: ${issue?.message ?? 'not as expected'}.`)
}
