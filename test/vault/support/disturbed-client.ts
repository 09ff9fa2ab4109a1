/** Makes single requests of an S3 client fail, before they reach the server or after. A planned fault that never came fails the test. */
import type { S3Client } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'

export type RequestFault = {
  /** The SDK's name: `UploadPartCommand`. */
  readonly command: string
  /** Which request of that kind, from 1. */
  readonly nth: number
  /** The server does it, and only the answer is lost. */
  readonly lands?: boolean
  readonly error: Error
}

export const slowDown = answer(503, 'SlowDown')
export const conflict = answer(409, 'ConditionalRequestConflict')
export const hangUp = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

/** The error of an answer with that status. */
export function answer(httpStatusCode: number, name: string): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } })
}

/** Until the test ends. Returns how often each command was sent. */
export function disturb(client: S3Client, plan: readonly RequestFault[]): ReadonlyMap<string, number> {
  const sent = new Map<string, number>()
  const open = new Set(plan)
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const nth = (sent.get(commandName) ?? 0) + 1
        sent.set(commandName, nth)
        const fault = plan.find((one) => one.command === commandName && one.nth === nth)
        if (!fault) return next(args)
        open.delete(fault)
        if (fault.lands) await next(args)
        throw fault.error
      },
    { step: 'initialize', name: 'disturbance' },
  )
  onTestFinished(() => {
    client.middlewareStack.remove('disturbance')
    if (open.size > 0)
      throw new Error(`Planned faults that never came: ${[...open].map(({ command, nth }) => `${command} ${nth}`).join(', ')}`)
  })
  return sent
}
