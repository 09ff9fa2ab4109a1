import type { Client, WorkflowExecutionInfo } from '@temporalio/client'

/** One payload of a history: where it stands, and its bytes. */
export type FoundPayload = { readonly where: string; readonly data: Buffer }

/** Every workflow that the server knows, running or ended. */
export async function allWorkflows(client: Client): Promise<WorkflowExecutionInfo[]> {
  return Array.fromAsync(client.workflow.list())
}

/** Every payload in the histories of these workflows: inputs, results, signals, updates, heartbeats, failures' details. */
export async function payloadsOf(client: Client, workflows: readonly WorkflowExecutionInfo[]): Promise<FoundPayload[]> {
  const found: FoundPayload[] = []
  for (const { workflowId, runId } of workflows) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    for (const event of history.events ?? []) collect(event, `${workflowId} event ${event.eventId}`, found)
  }
  return found
}

function collect(node: unknown, where: string, found: FoundPayload[]): void {
  if (typeof node !== 'object' || node === null) return
  if ('data' in node && node.data instanceof Uint8Array && 'metadata' in node) found.push({ where, data: Buffer.from(node.data) })
  else for (const child of Object.values(node)) collect(child, where, found)
}
