import { openForProbe } from '../vault/store/probe/open.ts'
import { type Finding, type ProbeReport, probeStore } from '../vault/store/probe/probe.ts'
import { storeSurroundings } from '../vault/store/surroundings.ts'
import { UsageError, type VaultCommand } from './command.ts'
import { readArgs } from './options.ts'

/** Is a store fit for a vault, before anything is entrusted to it? */
export const probe: VaultCommand = {
  help: `backstop vault probe [--vault LOCATION] [--json]

Tries out whether a vault would be safe in a folder, bucket or container: conditional create, also of many at once, reading and listing
after a write, list order, ranges, large objects, removal, checksums, clocks, versions, Object Lock; and how fast it answers.
Writes small objects below probe/ and removes them again.

  --vault LOCATION   a path, s3://bucket/prefix?region=…&endpoint=…, azure://account/container/prefix, or gs://bucket/prefix
                     (default: BACKSTOP_VAULT_URL or BACKSTOP_VAULT_DIR)
  --json             one JSON object

Exit code 1 when a vault there would not be safe.

Example: backstop vault probe --vault "s3://acme-backup/vault?region=eu-west-1&lock=30"`,

  async run(args, { env, clock, random, stop, say, note }) {
    const { values } = readArgs(args, { vault: { type: 'string' }, json: { type: 'boolean' } })
    const location = values.vault ?? env['BACKSTOP_VAULT_URL'] ?? env['BACKSTOP_VAULT_DIR']
    if (!location) throw new UsageError('Say with --vault LOCATION where the vault is to be.')
    const opened = await openForProbe(location, { clock, random, signal: stop, surroundings: storeSurroundings(env) })
    const report = await probeStore({ ...opened, clock, random, note: (check) => note(`${check} …`) })
    if (values.json) say(JSON.stringify(report))
    else for (const line of linesOf(report)) say(line)
    return report.fit ? 0 : 1
  },
}

const words: Readonly<Record<Finding['verdict'], string>> = { good: 'good', without: 'WITHOUT', unsafe: 'UNSAFE' }

function linesOf({ store, findings, fit, latency }: ProbeReport): readonly string[] {
  const times = Object.entries(latency).map(([method, { p50Ms, p95Ms }]) => `${method} ${p50Ms} / ${p95Ms} ms`)
  const lacking = findings.filter(({ verdict }) => verdict === 'without').length
  return [
    `The ${store}`,
    '',
    ...findings.map(({ check, verdict, detail }) => `  ${check.padEnd(20)} ${words[verdict].padEnd(8)} ${detail}`),
    '',
    `  latency of small objects, half and 95 of 100: ${times.join(', ')}`,
    '',
    !fit
      ? 'A vault there would NOT be safe. Choose another store, or mend what is marked UNSAFE.'
      : lacking > 0
        ? 'A vault there is safe. What is marked WITHOUT is a protection that it lacks.'
        : 'A vault there is safe.',
  ]
}
