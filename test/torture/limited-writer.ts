/** A process that stores two files in a vault folder and says how it went: for tests that limit what it may write. */
import { localKeyFile, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { backUp, noise } from '../vault/support/vaults.ts'

const [path = '', keyFile = ''] = process.argv.slice(2)
const store = await openLocalStore({ path, create: true, random: systemRandom })
const kms = localKeyFile({ path: keyFile, random: systemRandom })
const vault = await openVault({ store, kms, accountId: 'acme', clock: systemClock, random: systemRandom })
const drive = vault.drive('0AFinance')
const gen = (await drive.latestRoot())?.gen ?? 0
try {
  await backUp(drive, gen, gen === 0 ? { small: Buffer.from('small') } : { large: noise(300_000, 'large') })
  console.log(JSON.stringify({ ok: true }))
} catch (error) {
  const { name, message } = error as Error
  console.log(JSON.stringify({ name, message }))
}
