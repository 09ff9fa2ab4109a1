import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localKeyFile } from '../../activities/vault/index.ts'
import { openDatabase } from '../../db/client.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { startPractice } from '../drive/support/practice.ts'
import type { Ground } from './world.ts'

/** The servers that schedules stand on: a practice Drive in this process, and the database of `databaseUrl`. */
export async function openGround(databaseUrl: string): Promise<{ readonly ground: Ground; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'backstop-torture-'))
  const practice = await startPractice({ world: { seed: 1, items: 0, drives: 1, plain: true }, judge: undefined })
  const db = openDatabase(databaseUrl, { max: 8 })
  const { model } = practice.drive
  const ground: Ground = {
    db,
    model,
    actor: { email: practice.admin, domainAdmin: true },
    kms: localKeyFile({ path: join(folder, 'account.key'), random: systemRandom }),
    wire: (signal) => practice.source({ signal }),
  }
  return {
    ground,
    async close() {
      await db.close()
      await practice.stop()
      await rm(folder, { recursive: true })
    },
  }
}
