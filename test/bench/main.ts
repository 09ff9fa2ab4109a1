/** `npm run bench -- NAME [--json]`: one benchmark against the floor that is written down for it. Exits with 1 when a goal is missed. */
import { backup } from './backup.ts'
import { calls } from './calls.ts'
import { crypto } from './crypto.ts'
import { estimate } from './estimate.ts'
import { memory } from './memory.ts'
import { rclone } from './rclone.ts'
import { type Measured, report, table } from './report.ts'
import { restore } from './restore.ts'

const benchmarks: Readonly<Record<string, { readonly what: string; readonly run: () => Promise<Measured> }>> = {
  calls: { what: 'calls and quota units against the floor: initial backup, idle poll, changes, renames', run: calls },
  backup: { what: 'items and bytes a second, memory of the worker, Temporal events: small files and large ones', run: backup },
  crypto: { what: 'MiB a second of the vault’s pipeline against a bare loop of the same hashing, compression and sealing', run: crypto },
  estimate: { what: 'calls and time of saying what a first backup of 100,000 items would take', run: estimate },
  memory: { what: 'memory of the worker for 10,000, 100,000 and 500,000 items, and an incremental run over each', run: memory },
  restore: { what: 'calls and speed of bringing 10,000 lost files back', run: restore },
  rclone: { what: 'the same drive to the same bucket over the same latency, by Backstop and by `rclone sync`', run: rclone },
}

const [name = '', ...flags] = process.argv.slice(2)
const benchmark = benchmarks[name]
if (!benchmark) {
  console.error(`There is no benchmark “${name}”. There are:`)
  for (const [known, { what }] of Object.entries(benchmarks)) console.error(`  npm run bench -- ${known}   ${what}`)
  process.exit(2)
}
const measured = report(name, await benchmark.run())
console.log(table(measured))
if (flags.includes('--json')) console.log(JSON.stringify(measured))
process.exit(measured.met ? 0 : 1)
