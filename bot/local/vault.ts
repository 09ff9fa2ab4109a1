/** `backstop vault …`: hands over to the vault's own tool, which is a program of its own, and tells it where this machine keeps its vault. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { partEnvironment } from './environment.ts'
import { StartFailure } from './failure.ts'
import { dataFolder } from './folder/data-folder.ts'
import { readState } from './folder/state.ts'
import { defaultData } from './options.ts'

const program = join(import.meta.dirname, '..', '..', 'activities', 'vault-cli', 'main.ts')

/**
 * Runs the tool with this terminal. `--data DIR` before the command names the folder of a one-machine mode.
 * @returns its exit code
 * @throws {StartFailure} there is nothing in the folder that `--data` names
 */
export function vault(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { data, rest } = readData(argv)
  const args = ['--disable-warning=ExperimentalWarning', program, ...rest]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: environmentOf(data, env) })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function readData([first, second, ...more]: readonly string[]): { readonly data?: string; readonly rest: readonly string[] } {
  if (first === '--data' && second !== undefined) return { data: second, rest: more }
  return { rest: [first, second, ...more].filter((arg) => arg !== undefined) }
}

/** What the environment names goes first; then the Backstop of this checkout, when there is one. A vault can be read without either. */
function environmentOf(data: string | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named = env['BACKSTOP_VAULT_URL'] !== undefined || env['BACKSTOP_VAULT_DIR'] !== undefined
  if (data === undefined && named) return env
  const folder = dataFolder(data ?? defaultData)
  const state = readState(folder)
  if (state) return partEnvironment(folder, state.ports, env)
  if (data !== undefined) throw new StartFailure(`There is no Backstop in ${folder.path}. Name its folder with --data DIR.`)
  return env
}
