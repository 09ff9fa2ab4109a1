import { readFile } from 'node:fs/promises'

/** The most memory that a process has had at once, in MiB, as Linux counts it. */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
}
