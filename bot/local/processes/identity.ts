/**
 * Which process a recorded pid meant. Pids are reused, so a pid alone never decides whether something is ended: the moment at which
 * the process started belongs to its name.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, named so that no later process can be mistaken for it. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string }

/** The identity of a running process; undefined when there is none of that pid, or when only its exit status is left. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

/** Sends a signal to exactly this process; false when it runs no more. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** The boot and the tick at which the process started (proc(5), fields 3 and 22 of `stat`, counted after the command's closing bracket). */
function startOnLinux(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return `${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot'}/${fields[19]}`
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch (error) {
    // `ps` ends with 1 when there is no such process; anything else is a fault of this machine that the caller should see.
    if ((error as { status?: number }).status === 1) return undefined
    throw error
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
