import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Tally } from './world.ts'

export type Result = {
  readonly seed: number
  readonly lanes: number
  readonly schedules: number
  readonly seconds: number
  readonly tally: Tally
  /** What each failed lane has to say. */
  readonly failures: readonly string[]
}

export function summary({ schedules, seconds, tally, failures }: Result): string {
  const done = `${schedules} schedules, ${tally.operations} operations, ${tally.crashes} crashes, ${tally.freezes} frozen workers, ${tally.faults} passing faults, ${tally.races} races, ${tally.snapshots} snapshots, ${tally.expired} given up, ${tally.collections} collections`
  const found = failures.length === 0 ? '0 lost, 0 dangling, all state hashes equal' : `${failures.length} FAILED`
  return `${done} in ${seconds} s: ${found}`
}

/** What these schedules, and their systematic siblings in the tests, have found so far. */
const found = [
  '## What it has found',
  '',
  'All of it fixed, and each kept by a test under `test/torture`, `test/vault` or `test/db`:',
  '',
  '* a worker that stood still and came late wrote pages of a listing or of the feed into a run that had ended, or was past them;',
  '* a worker that stood still between the vault and the catalogue wrote a snapshot without its rows into the catalogue;',
  '* with an older copy of the database, a run that had made its snapshot already carried later changes into it, which then were lost;',
  '* after Drive had forgotten the position in the feed, an item that was deleted in between stayed;',
  '* a vault whose configuration had been deleted was taken for a new one, and forgot for whom its keys are wrapped;',
  '* the locks of a process that stands still within a transaction would have held a drive up for ever.',
  '',
]

/** Writes docs/reliability.md: what was run, how to repeat it, and what came out. */
export async function writeReport(result: Result, flags: Readonly<Record<string, unknown>>): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const given = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined || value === false || name === 'report' ? [] : [value === true ? `--${name}` : `--${name} ${value}`],
  )
  const { tally, seconds, schedules, seed, lanes } = result
  const figures: readonly (readonly [string, number | string])[] = [
    ['schedules', schedules],
    ['operations', tally.operations],
    ['crashes of a worker', tally.crashes],
    ['workers that stood still and went on later', tally.freezes],
    ['of these, while another one did their work', tally.races],
    ['passing faults of the store, Drive or PostgreSQL', tally.faults],
    ['snapshots, each compared by every row and byte', tally.snapshots],
    ['snapshots given up by age', tally.expired],
    ['collections of garbage that deleted', tally.collections],
    ['seconds', seconds],
    ['schedules a second', (schedules / Math.max(seconds, 1)).toFixed(1)],
  ]
  const command = `npm run torture -- ${[`--seed ${seed}`, ...given.filter((flag) => !flag.startsWith('--seed'))].join(' ')}`
  const page = [
    '# Reliability',
    '',
    'What was lost when everything went wrong, by count. A schedule is a random row of up to 30 operations over one account and two drives: people',
    'create, edit, rename, move (also to the other drive), trash, delete and share; workers back up, die at a random write, read, call or statement,',
    'stand still and go on while another one does their work; Drive forgets its positions, clocks jump by two days, databases get lost. Real are',
    'the engine, the activities, PostgreSQL and the practice Drive; a share of the schedules goes over HTTP and keeps its vault in a folder.',
    '',
    'Afterwards every snapshot is read whole: each row must be a state that people had made while its run looked, each byte the byte of then; the',
    'newest one must be the drive as it is; state hashes of vault and catalogue must be equal; the chain of roots must hold; and nothing that the',
    'database takes for stored may be missing from the indexes.',
    '',
    `**${summary(result)}**`,
    '',
    '```',
    command,
    '```',
    '',
    `Commit ${commit}, seed ${seed}, ${lanes} streams of schedules on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}).`,
    '',
    '| | |',
    '|---|---|',
    ...figures.map(([what, figure]) => `| ${what} | ${figure} |`),
    '',
    ...found,
  ]
  await writeFile(join(import.meta.dirname, '..', '..', 'docs', 'reliability.md'), page.join('\n'))
}
