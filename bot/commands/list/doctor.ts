import { z } from 'zod'
import { listDrives } from '../../../db/drives.ts'
import { openRuns } from '../../../db/runs.ts'
import { listTasks } from '../../../db/tasks.ts'
import { type Check, doctorCard } from '../../cards/doctor.ts'
import { plural } from '../../cards/values.ts'
import { command } from '../command.ts'
import type { CommandContext } from '../context.ts'

/** Which part works and what to do about the one that does not, as far as it can be seen from here. */
export const doctor = command({
  path: 'doctor',
  summary: 'Check each part and say what to do',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['doctor'],
  run: async (_args, context) => ({
    card: doctorCard([await database(context), await durable(context), ...(await tasks(context)), await queue(context)]),
    replaces: true,
  }),
})

async function database({ db, clock }: CommandContext): Promise<Check> {
  const started = clock.now()
  const [row] = await db.query<{ version: string }>(`select current_setting('server_version') as version`)
  return {
    part: 'PostgreSQL',
    ok: true,
    said: `version ${row?.version ?? 'unknown'}`,
    latencyMs: clock.now().getTime() - started.getTime(),
  }
}

async function durable({ temporal, clock }: CommandContext): Promise<Check> {
  const started = clock.now()
  const answer = await temporal.reachable()
  const latencyMs = clock.now().getTime() - started.getTime()
  if (answer.reachable) return { part: 'Temporal', ok: true, said: `version ${answer.version}`, latencyMs }
  return {
    part: 'Temporal',
    ok: false,
    said: answer.problem,
    advice: 'Start Temporal, or check its address. Nothing that was started is lost.',
    latencyMs,
  }
}

async function tasks({ db, account }: CommandContext): Promise<Check[]> {
  const found = await listTasks(db, account.id)
  if (found.length === 0) return [{ part: 'Backup tasks', ok: false, said: 'there is none', advice: 'Type task add.' }]
  return found.map((task) => ({
    part: `Task ${task.name}`,
    ok: task.connection === 'Connected',
    said:
      task.connection === 'Connected'
        ? `Connected as ${task.connectedEmail ?? 'unknown'}`
        : `Disconnected: ${task.connectionNote ?? 'no reason was recorded'}`,
    ...(task.connection === 'Disconnected' && { advice: `Type task reconnect ${task.name}.` }),
  }))
}

/** Work that waits longer than this has no worker. */
const longMs = 5 * 60_000

async function queue({ db, account, clock }: CommandContext): Promise<Check> {
  const [runs, drives] = await Promise.all([openRuns(db, account.id), listDrives(db, account.id)])
  const waiting = runs.filter(({ startedAt, queuedAt }) => startedAt === null && clock.now().getTime() - queuedAt.getTime() > longMs)
  const active = drives.filter(({ lifecycle }) => lifecycle === 'active').length
  const said = `${plural(active, 'active drive')}, ${plural(runs.length, 'backup')} queued or running`
  if (waiting.length === 0) return { part: 'Backups', ok: true, said }
  return {
    part: 'Backups',
    ok: false,
    said: `${said}, ${waiting.length} of them waiting for more than five minutes`,
    advice: 'No worker takes them up: check that a worker runs.',
  }
}
