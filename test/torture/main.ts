/**
 * `npm run torture -- --schedules N --seed S [--seconds T] [--lanes L] [--path P --replay R] [--report]`: random schedules of people's deeds, backups,
 * crashes, frozen workers and lost databases over the real engine, the real activities, a real PostgreSQL and the practice Drive. Exits with 1
 * when anything was lost, dangles, or differs; then prints the smallest schedule that shows it, and how to repeat it. `--report` writes
 * docs/reliability.md.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDatabase } from '../../bot/local/postgres/reachable.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { migrate } from '../../db/migrate.ts'
import { endAbandonedRuns, recordRun } from '../support/servers/runs.ts'
import { sharedServers } from '../support/servers/shared-servers.ts'
import type { PostgresPlace } from '../support/servers/where.ts'
import type { LaneOrder, LaneReport } from './lane.ts'
import { type Result, summary, writeReport } from './report.ts'
import { addTallies, emptyTally } from './world.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    lanes: { type: 'string' },
    path: { type: 'string' },
    replay: { type: 'string' },
    report: { type: 'boolean', default: false },
  },
})

const started = systemClock.now().getTime()
const seed = Number(values.seed ?? started % 2 ** 31)
const schedules = Number(values.schedules)
const lanes = values.path === undefined ? Number(values.lanes ?? 3 * availableParallelism()) : 1
const processes = Math.min(lanes, availableParallelism())
const until = values.seconds === undefined ? undefined : started + Number(values.seconds) * 1_000
for (const number of [seed, schedules, lanes, until ?? 0])
  if (!Number.isSafeInteger(number)) throw new Error('Every flag but --path, --replay and --report wants a whole number.')

endAbandonedRuns()
const run = recordRun()
const servers = sharedServers(run, systemClock, process.env)
try {
  const { adminUrl } = (await servers.ask('postgres')) as PostgresPlace
  const databaseUrl = Object.assign(new URL(adminUrl), { pathname: '/torture' }).href
  await ensureDatabase(adminUrl, 'torture')
  await migrate(databaseUrl)
  const result = await torture(databaseUrl)
  console.log(summary(result))
  for (const failure of result.failures) console.log(`\n${failure}`)
  if (values.report) await writeReport(result, values)
  process.exitCode = result.failures.length === 0 ? 0 : 1
} finally {
  await servers.stop()
  run.forget()
}

async function torture(databaseUrl: string): Promise<Result> {
  const reports: LaneReport[] = Array.from({ length: processes }, () => ({ ran: 0, tally: emptyTally(), failures: [], ended: false }))
  const ran = () => reports.reduce((sum, report) => sum + report.ran, 0)
  const seconds = () => Math.round((systemClock.now().getTime() - started) / 1_000)
  const stop = systemClock.every(10_000, () => console.error(`${seconds()} s: ${ran()} of ${schedules} schedules (seed ${seed})`))
  const streams = Array.from({ length: lanes }, (_, n) => ({
    // The first stream has the seed itself: what a failure prints repeats with it alone.
    seed: (seed + n * 1_000_003) | 0,
    schedules: Math.floor(schedules / lanes) + (n < schedules % lanes ? 1 : 0),
  }))
  await Promise.all(
    reports.map((_, n) => {
      const order: LaneOrder = {
        databaseUrl,
        streams: streams.filter((_, stream) => stream % processes === n),
        ...(until !== undefined && { until }),
        ...(values.path !== undefined && { path: values.path }),
        ...(values.replay !== undefined && { replayPath: values.replay }),
      }
      return lane(order, (report) => {
        reports[n] = report
      })
    }),
  )
  stop()
  const tally = addTallies(reports.map((report) => report.tally))
  return { seed, lanes, schedules: ran(), seconds: seconds(), tally, failures: reports.flatMap(({ failures }) => failures) }
}

async function lane(order: LaneOrder, heard: (report: LaneReport) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, 'lane.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] })
  let ended = false
  child.on('message', (report: LaneReport) => {
    ended = report.ended
    heard(report)
  })
  child.send(order)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (!ended) throw new Error(`A process that ran schedules ended by itself with code ${code}: its message is above.`)
}
