import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { waitUntil } from '../../../bot/local/processes/ports.ts'
import { systemClock } from '../../../db/kit/clock.ts'

export type TestMail = {
  /** For `BACKSTOP_SMTP_URL`. */
  readonly url: string
  /** What has been delivered so far, oldest first. */
  readonly received: readonly ParsedMail[]
  /** The mail that fits, as soon as it is delivered. @throws Error that lists what came instead within `withinMs` */
  waitFor(fits: (mail: ParsedMail) => boolean, withinMs?: number): Promise<ParsedMail>
  /** The answer to the next deliveries, such as `451 try later`; nothing takes it back. */
  refuseWith(answer: { readonly code: number; readonly text: string } | undefined): void
  stop(): Promise<void>
}

/** A real SMTP server on the loopback interface that keeps what it is given. Call `stop()` in `afterAll`. */
export async function testMail(): Promise<TestMail> {
  const received: ParsedMail[] = []
  let refusal: { readonly code: number; readonly text: string } | undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
        received.push(mail)
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    waitFor: async (fits, withinMs = 10_000) => {
      await waitUntil(async () => received.some(fits), { clock: systemClock, withinMs })
      const found = received.find(fits)
      if (!found) throw new Error(`No such mail came. What came: ${received.map((mail) => mail.subject).join(', ') || 'nothing'}`)
      return found
    },
    refuseWith: (answer) => {
      refusal = answer
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}
