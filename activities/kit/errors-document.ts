import { failureTable } from '../drive/failure-table.ts'
import { failurePolicies } from './failure-policies.ts'

const head = `# Errors

What Backstop does when something goes wrong, and what you can do. This page is made from \`activities/kit/failure-policies.ts\` and
\`activities/drive/failure-table.ts\` by \`npm run docs:errors\`; a test holds them equal.

## What can go wrong
`

const providerHead = `
## How Google's refusals are read

The first line that fits decides. A refusal that no line fits is taken for a passing one (\`TransientProvider\`): unknown means retry.
\`5xx\` stands for 500 to 599. When no answer comes at all, it is \`Unreachable\`.
`

const waits = { no: 'no', backoff: 'yes, with growing pauses', later: 'yes' } as const

/** The text of `docs/errors.md`. */
export function errorsDocument(): string {
  const policies = Object.entries(failurePolicies).map(([type, { retry, delayMs, means, action }]) => [
    `\`${type}\``,
    means,
    delayMs === undefined ? waits[retry] : `${waits[retry]}, after ${delayMs / 60_000} min`,
    action,
  ])
  const rows = failureTable.map(({ status, reasons, location, type }) => [
    String(status),
    (reasons?.map((reason) => `\`${reason}\``).join(' ') ?? 'any') + (location === undefined ? '' : ` (of the parameter \`${location}\`)`),
    `\`${type}\``,
  ])
  return [
    head,
    table(['Error', 'What it means', 'Repeated?', 'What to do'], policies),
    providerHead,
    table(['Status', "Google's reason", 'Error'], rows),
    '',
  ].join('\n')
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
