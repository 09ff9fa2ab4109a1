/** The rows that commands are about. */
export type { Account } from '../../db/accounts.ts'
export type { Drive } from '../../db/drives.ts'
export type { Job } from '../../db/jobs.ts'
export type { Person } from '../../db/people.ts'
export type { Task } from '../../db/tasks.ts'
