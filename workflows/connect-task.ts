/**
 * Turns a person's consent into a connected task with its drives, or reconnects one.
 *
 * Trigger   the OAuth callback page, which waits for the result
 * Result    the task and the number of its drives, or why Google refused
 * Promises  TASK-03: the task comes into being by itself. SET-05: a reconnect loses neither history nor settings
 */
import type { ConnectTaskInput, ConnectTaskResult } from './contract/task.ts'
import { consent, notify, records, shards } from './proxies.ts'

export async function connectTask(input: ConnectTaskInput): Promise<ConnectTaskResult> {
  const connected = await consent.exchangeConsent(input)
  if (connected.outcome === 'refused') return connected

  const task = { accountId: input.accountId, taskId: connected.taskId }
  const { found } = await shards('on demand').discoverDrives(task)
  await records.ensureSchedule(task)
  await notify.touchSubject({ accountId: input.accountId, subjectType: 'task', subjectId: connected.taskId })
  return { outcome: 'connected', taskId: connected.taskId, created: connected.created, drives: found }
}
