import { z } from 'zod'

/** The practice Drive said no, or is not there. `message` is a sentence for people. */
export class PracticeRefused extends Error {
  override readonly name = 'PracticeRefused'
}

export type LedgerLine = { readonly method: string; readonly calls: number; readonly units: number }

/** What commands do to the practice Drive besides using it: they break things on purpose. @throws {PracticeRefused} */
export interface Practice {
  /** Deletes a file for good, as a person with a bad day would. */
  lose(drive: string, name: string): Promise<{ readonly driveId: string; readonly fileId: string }>
  /** Changes many files at once, as ransomware would. Returns how many of each kind of change. */
  mess(drive: string): Promise<Readonly<Record<string, number>>>
  /** Every call that was made of it since it was last reset, by method. */
  ledger(): Promise<readonly LedgerLine[]>
}

const lost = z.object({ driveId: z.string(), fileId: z.string() })
const messed = z.record(z.string(), z.unknown())
const problem = z.object({ error: z.object({ message: z.string() }) })
const deadlineMs = 20_000

/** Over the practice Drive's admin interface. `key` is the one that it printed when it started. */
export function practiceOver(options: { readonly url: string; readonly key: string }): Practice {
  const base = options.url.replace(/\/+$/, '')

  async function call(method: 'GET' | 'POST', verb: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${base}/_practice/${verb}`, {
      method,
      headers: { 'x-practice-key': options.key, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    }).catch((cause: unknown) => {
      throw new PracticeRefused('The practice Drive does not answer. Check that it runs (type doctor), and try again.', { cause })
    })
    const text = await response.text()
    const answer: unknown = text === '' ? undefined : JSON.parse(text)
    if (response.ok) return answer
    const said = problem.safeParse(answer)
    throw new PracticeRefused(said.success ? said.data.error.message : `The practice Drive answered with ${response.status}.`)
  }

  return {
    lose: async (drive, name) => lost.parse(await call('POST', 'lose', { drive, name })),
    mess: async (drive) => {
      const counts = messed.parse(await call('POST', 'mess', { drive }))
      return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
    },
    ledger: async () => ledgerLines(await call('GET', 'ledger')),
  }
}

const report = z.object({ methods: z.record(z.string(), z.object({ calls: z.number(), units: z.number() })) })

const ledgerLines = (answer: unknown): LedgerLine[] =>
  Object.entries(report.parse(answer).methods).map(([method, { calls, units }]) => ({ method, calls, units }))
