import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newId, type Random } from '../../db/kit/random.ts'
import { newSecret } from './sign-in/secret.ts'

/** The operator's key out of its file. When there is none it is made, readable by its owner alone; of several processes all get the same. */
export async function operatorKey(path: string, random: Random): Promise<string> {
  const there = await read(path)
  if (there !== undefined) return there
  const draft = `${path}.${newId(random, 'new')}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(draft, `${newSecret(random)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    // A whole file under its name, or none: whoever comes second finds the first one's.
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  return operatorKey(path, random)
}

async function read(path: string): Promise<string | undefined> {
  let key: string
  try {
    key = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`The operator key ${path} cannot be read. Give this user permission to read it.`, { cause: error })
  }
  if (key.length < 16)
    throw new Error(`The operator key in ${path} is too short to be one. Remove the file; a new key is made at the next start.`)
  return key
}
