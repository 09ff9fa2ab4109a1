import { Client } from 'pg'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { whereIs } from './where.ts'

/**
 * A database of one's own with the newest schema and no rows, on the run's shared PostgreSQL. Call it once in a file, in `beforeAll`;
 * it goes away with the run.
 */
export async function testDatabase(): Promise<{ readonly url: string }> {
  const { adminUrl, template } = await whereIs('postgres')
  const name = newId(systemRandom, 'test')
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${name} template ${template}`)
  } finally {
    await admin.end()
  }
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { url: url.href }
}
