/** The ports of a worker process, each behind its gate. */
import type { Download, DriveSource } from '../../../activities/drive/source.ts'
import type { ObjectStore } from '../../../activities/vault/index.ts'
import type { Database, Transaction } from '../../../db/client.ts'
import { intercept, writes } from '../../vault/support/intercept.ts'
import type { Gate } from './gate.ts'

export function gatedStore(inner: ObjectStore, gate: Gate): ObjectStore {
  return intercept(inner, 'gated', (call, _key, work) => gate.pass(writes.has(call) ? 'write' : 'read', work))
}

/** A transaction is a call of its own, so that its commit can be what gets lost; its statements are calls within it. */
export function gatedDatabase(inner: Database, gate: Gate): Database {
  const within = (tx: Transaction): Transaction => ({
    prisma: tx.prisma,
    query: (text, values) => gate.pass('sql', () => tx.query(text, values), 'locked'),
  })
  return {
    get prisma() {
      return inner.prisma
    },
    query: (text, values) => gate.pass('sql', () => inner.query(text, values)),
    transaction: (work) => gate.pass('sql', () => inner.transaction((tx) => work(within(tx)))),
    close: () => inner.close(),
  }
}

/** Each call, and each piece of a download, is a call of the gate. */
export function gatedSource(inner: DriveSource, gate: Gate): DriveSource {
  const pieces = async function* (stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const steps = stream[Symbol.asyncIterator]()
    try {
      for (;;) {
        const step = await gate.pass('drive', () => steps.next())
        if (step.done) return
        yield step.value
      }
    } finally {
      await steps.return?.()
    }
  }
  const gated = Object.entries(inner).map(([name, method]) => [
    name,
    (...args: unknown[]) =>
      gate.pass('drive', async () => {
        const answer: unknown = await method(...args)
        return isDownload(answer) ? { ...answer, stream: pieces(answer.stream) } : answer
      }),
  ])
  return Object.fromEntries(gated) as DriveSource
}

function isDownload(answer: unknown): answer is Download {
  return typeof answer === 'object' && answer !== null && 'stream' in answer
}
