/** The one folder that holds all of Backstop's state in one-machine mode: what is where in it, and whether it can be used. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { folderFailure, StartFailure } from '../failure.ts'

export type DataFolder = {
  readonly path: string
  readonly state: string
  readonly lock: string
  /** One record for each running part. */
  readonly run: string
  readonly logs: string
  readonly secrets: string
  readonly postgres: string
  readonly temporal: string
  readonly vault: string
  readonly practice: string
  readonly mail: string
}

/** The layout of a data folder; nothing is read or written. */
export function dataFolder(path: string): DataFolder {
  const at = (name: string) => join(resolve(path), name)
  return {
    path: resolve(path),
    state: at('state.json'),
    lock: at('lock.json'),
    run: at('run'),
    logs: at('logs'),
    secrets: at('secrets'),
    postgres: at('postgres'),
    temporal: at('temporal.db'),
    vault: at('vault'),
    practice: at('practice'),
    mail: at('mail'),
  }
}

/** Below this PostgreSQL and the vault would soon stop in the middle of a backup. */
const leastFreeBytes = 256 * 1024 * 1024

/** Creates what is missing of the folder. @throws {StartFailure} when it cannot be used, with what to do */
export function openFolder(folder: DataFolder, freeBytes: (path: string) => number = freeBytesAt): void {
  try {
    for (const path of [folder.path, folder.run, folder.logs, folder.vault, folder.practice, folder.mail])
      mkdirSync(path, { recursive: true })
    mkdirSync(folder.secrets, { recursive: true, mode: 0o700 })
    accessSync(folder.path, constants.W_OK)
  } catch (error) {
    throw folderFailure(error, folder.path)
  }
  const free = freeBytes(folder.path)
  if (free < leastFreeBytes) {
    throw new StartFailure(
      `The disk that holds ${folder.path} has ${mib(free)} MiB left; Backstop needs ${mib(leastFreeBytes)}. Free some space, or choose another folder with --data DIR.`,
    )
  }
}

/** What a caller who is not root may still use of the disk that holds the path. */
export function freeBytesAt(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Removes Backstop's own files from the folder, and nothing else that lies in it. The lock stays: whoever resets holds it. */
export function emptyFolder(folder: DataFolder): void {
  const { path, lock, ...own } = folder
  for (const file of Object.values(own)) rmSync(file, { recursive: true, force: true })
  for (const name of ['temporal.db-wal', 'temporal.db-shm', 'postgres.new']) rmSync(join(path, name), { recursive: true, force: true })
}

/** Whether there is anything in the folder. */
export function isInUse(folder: DataFolder): boolean {
  return existsSync(folder.path) && readdirSync(folder.path).length > 0
}

const mib = (bytes: number) => Math.floor(bytes / 1024 / 1024)
