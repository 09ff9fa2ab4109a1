import { DurableUnavailable } from './durable.ts'
import type { Reply } from './gateway.ts'

/** A reply that needs nothing to work: no database, no tokens. */
export function failureReply(sentence: string): Reply {
  return {
    ephemeral: true,
    card: {
      kind: 'failure',
      title: 'That did not work',
      tone: 'fail',
      summaryText: sentence,
      nodes: [{ type: 'text', text: sentence }],
      actions: [],
    },
  }
}

/** Codes of PostgreSQL's client and of the socket below it that mean: it is not there, or not now. */
const databaseAway = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', '57P01', '57P03', '53300', 'P1001', 'P1017', 'P2024']

/** What to tell a person about an error. `reference` finds it in the log. */
export function failureSentence(error: unknown, reference: string): string {
  if (error instanceof DurableUnavailable) return error.message
  const codes = causes(error).map((cause) => ('code' in cause ? String(cause.code) : ''))
  if (codes.some((code) => databaseAway.includes(code))) {
    return 'The database does not answer, so nothing was done. Check that PostgreSQL runs, and try again in a minute.'
  }
  return `Something went wrong on our side, and it has been written down as ${reference}. Try again; if it stays, tell whoever runs Backstop this number.`
}

function causes(error: unknown): Error[] {
  const chain: Error[] = []
  for (let cause = error; cause instanceof Error && chain.length < 10; cause = cause.cause) chain.push(cause)
  return chain
}
