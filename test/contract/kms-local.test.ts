import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localKeyFile } from '../../activities/vault/index.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { kmsContract } from './kms.ts'

const folder = mkdtempSync(join(tmpdir(), 'backstop-kms-'))
const keyFile = async (name: string, passphrase?: string) =>
  localKeyFile({ path: join(folder, name), random: systemRandom, ...(passphrase !== undefined && { passphrase }) })

kmsContract('a key file', { open: () => keyFile('plain'), other: () => keyFile('other') })
kmsContract('a key file with a passphrase', { open: () => keyFile('locked', 'correct horse'), other: () => keyFile('other', undefined) })
