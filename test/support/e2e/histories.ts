/** What Temporal has written down. Histories are kept for weeks, copied and shown: nothing may be in them that a stranger may not read. */
import type { Client } from '@temporalio/client'

/** Bytes or words of a history: where they stand, and whether they are the data of a payload. */
export type Recorded = { readonly where: string; readonly bytes: Buffer; readonly payload: boolean }

/** Everything in the histories of all workflows, running or ended: inputs, results, signals, updates, and the words of failures. */
export async function everythingRecorded(
  client: Client,
): Promise<{ readonly types: ReadonlySet<string>; readonly all: readonly Recorded[] }> {
  const types = new Set<string>()
  const all: Recorded[] = []
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    types.add(type)
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    for (const event of history.events ?? []) collect(event, `${workflowId} event ${event.eventId}`, false, all)
  }
  return { types, all }
}

function collect(node: unknown, where: string, payload: boolean, found: Recorded[]): void {
  if (typeof node === 'string') found.push({ where, bytes: Buffer.from(node), payload })
  else if (node instanceof Uint8Array) found.push({ where, bytes: Buffer.from(node), payload })
  else if (typeof node === 'object' && node !== null) {
    for (const [key, child] of Object.entries(node)) collect(child, `${where} ${key}`, key === 'data' && 'metadata' in node, found)
  }
}

/** A secret in every form in which it could stand in a longer text: as it is, in hex, and in base64 wherever it may begin there. */
export function formsOf(secret: Buffer): readonly Buffer[] {
  const alphabets = ['base64', 'base64url'] as const
  const encoded = alphabets.flatMap((alphabet) => [0, 1, 2].map((before) => inBase64(secret, before, alphabet)))
  return [...new Set([secret.toString('latin1'), secret.toString('hex'), ...encoded])].map((text) => Buffer.from(text, 'latin1'))
}

/** Behind `before` other bytes; without the letters at both ends that hold bits of neighbours. */
function inBase64(secret: Buffer, before: number, alphabet: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), secret]).toString(alphabet)
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6))
}
