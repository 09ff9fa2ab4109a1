/**
 * PostgreSQL refuses to run as root. Where Backstop does, in a container for instance, PostgreSQL runs as the user `postgres`, or as `nobody`
 * where there is no such user. That user often may not enter the folders on the way (a `mktemp -d` folder, /root): then `setpriv` lends
 * it the one capability to pass them.
 */
import { spawnSync } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { StartFailure } from '../failure.ts'
import type { Program } from '../processes/child.ts'

/** Who to run as, and how: `lend` when the folders on the way must be passed by `setpriv`. */
export type Account = { readonly uid: number; readonly gid: number; readonly lend: boolean }

/**
 * The account to run PostgreSQL as so that it reaches the program and owns the folder; undefined when the present user will do.
 * @throws {StartFailure} when this is root and no other account can be used
 */
export function accountFor(program: string, folder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const account = lookUp('postgres') ?? lookUp('nobody')
  if (!account) {
    throw new StartFailure(
      'PostgreSQL refuses to run as root, and this machine has no user "postgres" or "nobody". Start Backstop as a normal user.',
    )
  }
  chownSync(folder, account.uid, account.gid)
  const way = [false, true].map((lend) => ({ ...account, lend })).find((candidate) => reaches(candidate, program, folder))
  if (way) return way
  throw new StartFailure(
    `PostgreSQL refuses to run as root, and the user it would run as may not enter ${folder} or reach ${program}. Start Backstop as a normal user, or from a folder that every user may enter.`,
  )
}

/** The program as the account runs it. */
export function runAs(account: Account | undefined, program: Program): Program {
  if (!account) return program
  const { uid, gid, lend } = account
  if (!lend) return { ...program, uid, gid }
  // Without the secure bit access(2), which PostgreSQL asks about its own files, would answer as if the capability were not there.
  const caps = ['--inh-caps', '--ambient-caps', '--bounding-set'].map((set) => `${set}=-all,+dac_override`)
  return {
    ...program,
    file: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup', ...caps, program.file, ...program.args],
  }
}

function lookUp(user: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${user}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return line === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

/** Tried rather than computed: access control has more rules than the mode bits. */
function reaches(account: Account, program: string, folder: string): boolean {
  const { file, args, uid, gid } = runAs(account, { file: '/bin/sh', args: ['-c', 'test -x "$1" && test -w "$2"', 'sh', program, folder] })
  return spawnSync(file, args, { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }).status === 0
}
