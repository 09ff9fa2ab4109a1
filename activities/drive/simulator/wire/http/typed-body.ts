import { z } from 'zod'
import { readJson } from './body.ts'
import { type WireError, wireError } from './errors.ts'

/** A field that a program may leave out; `null` means the same, as in Google's JSON. */
export const maybe = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined)
export const text = maybe(z.string())
export const flag = maybe(z.boolean())

/**
 * Reads a JSON body of the given shape. Fields that the shape does not name are dropped.
 * @throws {WireError} 400 `invalid` at the field that has another type
 */
export async function readTyped<T>(body: AsyncIterable<Uint8Array>, schema: z.ZodType<T>): Promise<T> {
  return typed(await readJson(body), schema)
}

/** The value, if it has the given shape. See {@link readTyped}. */
export function typed<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalidField(result.error.issues[0]?.path.join('.') ?? '')
}

function invalidField(name: string): WireError {
  return wireError(400, 'invalid', `Invalid value for: ${name}`, { location: name, locationType: 'parameter' })
}
