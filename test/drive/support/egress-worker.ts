/** A worker process that reads files of 256 KiB until the day's budget is used up, and prints how many it read. */
import { DriveFailure } from '../../../activities/drive/failure-types.ts'
import { createQuotaLimiter } from '../../../activities/drive/quota/limiter.ts'
import { sharedQuota } from '../../../activities/drive/quota/shared-quota.ts'
import { openDatabase } from '../../../db/client.ts'
import { systemClock } from '../../../db/kit/clock.ts'

const [url = '', key = '', egressPerDay = ''] = process.argv.slice(2)
const db = openDatabase(url, { max: 2 })
const limiter = createQuotaLimiter(sharedQuota(db), systemClock)
const buckets = [{ key, unitsPerMinute: Number.POSITIVE_INFINITY, egressPerDay: Number(egressPerDay) }]
let files = 0
try {
  for (;;) {
    await limiter.takeEgress(buckets, 2 ** 18, 'on demand', new AbortController().signal)
    files++
  }
} catch (error) {
  if (!(error instanceof DriveFailure) || error.type !== 'QuotaExceeded') throw error
  console.log(files)
} finally {
  await db.close()
}
