/** The bundle's entry: the workflow functions and nothing else. */
export { approval } from './approval.ts'
export { backupDrive } from './backup-drive.ts'
export { backupTask } from './backup-task.ts'
export { connectTask } from './connect-task.ts'
export { estimate } from './estimate.ts'
export { restore } from './restore.ts'
export { retention } from './retention.ts'
export { verify } from './verify.ts'
