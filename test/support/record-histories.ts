/** Recording for the replay test: on with BACKSTOP_RECORD_HISTORIES=1, as `npm run replay:record` sets it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { systemClock as clock } from '../../db/kit/clock.ts'

export const historiesFolder = join(import.meta.dirname, '..', 'replay', 'histories')
export const recording = process.env['BACKSTOP_RECORD_HISTORIES'] === '1'

/** Visibility is written a moment after a workflow's start; a recording can wait for it. */
const visibleMs = 1_500

/** Keeps the history of every workflow that the query finds, one file each, named after the story that made it. */
export async function recordHistories(client: Client, story: string, query?: string): Promise<void> {
  await clock.sleep(visibleMs)
  await mkdir(historiesFolder, { recursive: true })
  const workflows = await Array.fromAsync(client.workflow.list(query === undefined ? {} : { query }))
  const counted = new Map<string, number>()
  for (const { workflowId, runId, type } of workflows.sort((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
    const number = (counted.get(type) ?? 0) + 1
    counted.set(type, number)
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    const file = `${slug(story)}.${type}${number > 1 ? `-${number}` : ''}.json`
    await writeFile(join(historiesFolder, file), `${withoutTraces(historyToJSON(history).replace(/\n\s*/g, ''))}\n`)
  }
}

/** A replay does not read stack traces, and they hold the paths of whoever recorded. */
const withoutTraces = (json: string): string => json.replace(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""')

const slug = (story: string): string =>
  story
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 70)
