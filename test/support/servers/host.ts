/**
 * The servers of a test run, in a process of their own: started when a test first asks, shared by all, stopped with the run.
 * The run holds this process's standard input open; when it closes, because the run has ended or was killed, everything stops.
 * Were this process killed too, the next run ends what it had recorded (`runs.ts`).
 *
 * Asked over HTTP on the loopback interface: POST /postgres · /temporal · /time-skipping · /s3 · /azure · /gcs → where it is.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../../db/kit/clock.ts'
import { endAbandonedRuns, recordRun } from './runs.ts'
import { sharedServers } from './shared-servers.ts'

endAbandonedRuns()
const run = recordRun()
const servers = sharedServers(run, systemClock, process.env)

const control = createServer((request, response) => {
  const name = request.url?.slice(1) ?? ''
  servers.ask(name).then(
    (where) => answer(response, 200, where),
    (error: unknown) => answer(response, 500, { error: error instanceof Error ? error.message : String(error) }),
  )
})

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  control.close()
  control.closeAllConnections()
  await servers.stop()
  run.forget()
  process.exit(0)
}

process.stdin.resume().once('end', stop).once('error', stop)
process.once('SIGTERM', stop)
process.on('SIGINT', () => undefined) // Ctrl-C reaches the whole group: the end of the run is what stops this process.

control.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (control.address() as AddressInfo).port })))
