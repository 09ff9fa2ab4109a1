/** `backupTask` as it must never become: it takes a step that its recorded histories do not have. */
import { sleep } from '@temporalio/workflow'

export async function backupTask(): Promise<{ readonly requested: number }> {
  await sleep('1 hour')
  return { requested: 0 }
}
