/** Every command. A new one is a file in `list/` and a line here. */
import type { Command } from './command.ts'
import { activate } from './list/activate.ts'
import { approve } from './list/approve.ts'
import { backupCancel } from './list/backup-cancel.ts'
import { backupNow } from './list/backup-now.ts'
import { browse } from './list/browse.ts'
import { deny } from './list/deny.ts'
import { dismiss } from './list/dismiss.ts'
import { doctor } from './list/doctor.ts'
import { drives } from './list/drives.ts'
import { estimate } from './list/estimate.ts'
import { help } from './list/help.ts'
import { itemShow } from './list/item-show.ts'

import { jobCancel } from './list/job-cancel.ts'
import { jobShow } from './list/job-show.ts'
import { jobStart } from './list/job-start.ts'
import { jobs } from './list/jobs.ts'
import { pause } from './list/pause.ts'
import { practiceLedger } from './list/practice-ledger.ts'
import { practiceLose } from './list/practice-lose.ts'
import { practiceMess } from './list/practice-mess.ts'
import { restore } from './list/restore.ts'
import { resume } from './list/resume.ts'
import { settings } from './list/settings.ts'
import { snapshots } from './list/snapshots.ts'
import { status } from './list/status.ts'
import { statusQuota } from './list/status-quota.ts'
import { taskAdd } from './list/task-add.ts'
import { taskReconnect } from './list/task-reconnect.ts'
import { taskRename } from './list/task-rename.ts'
import { taskSet } from './list/task-set.ts'
import { taskShow } from './list/task-show.ts'
import { tasks } from './list/tasks.ts'
import { whoami } from './list/whoami.ts'

export const allCommands: readonly Command[] = [
  status,
  statusQuota,
  help,
  whoami,
  doctor,
  tasks,
  taskAdd,
  taskShow,
  taskRename,
  taskSet,
  taskReconnect,
  settings,
  drives,
  activate,
  pause,
  resume,
  estimate,
  backupNow,
  backupCancel,
  snapshots,
  browse,
  itemShow,
  restore,
  jobs,
  jobShow,
  jobCancel,
  jobStart,
  approve,
  deny,
  practiceLose,
  practiceMess,
  practiceLedger,
  dismiss,
]
