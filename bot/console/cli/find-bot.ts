import { readFile } from 'node:fs/promises'
import { dataFolder } from '../../local/folder/data-folder.ts'
import { secretFile } from '../../local/folder/secrets.ts'
import { readState } from '../../local/folder/state.ts'
import { defaultData } from '../../local/options.ts'
import { type BotPlace, BotRefused } from './client.ts'

export type WhereOptions = {
  readonly data?: string | undefined
  readonly url?: string | undefined
  readonly 'operator-key-file'?: string | undefined
}

/**
 * The bot to speak to: the one of a data folder, or the one at an address with its key file; without either, what the environment names
 * (BACKSTOP_PUBLIC_URL, BACKSTOP_OPERATOR_KEY_FILE), and else the Backstop of this checkout.
 * @throws {BotRefused} when there is none, with what to do
 */
export async function findBot(options: WhereOptions, env: NodeJS.ProcessEnv): Promise<BotPlace> {
  const url = options.url ?? (options.data === undefined ? env['BACKSTOP_PUBLIC_URL'] : undefined)
  const keyFile = options['operator-key-file'] ?? (options.data === undefined ? env['BACKSTOP_OPERATOR_KEY_FILE'] : undefined)
  if (url !== undefined && keyFile !== undefined) return { url: url.replace(/\/+$/, ''), key: await readKey(keyFile) }
  if (options.url !== undefined) throw new BotRefused('Give --operator-key-file FILE together with --url.')
  const folder = dataFolder(options.data ?? defaultData)
  const state = readState(folder)
  if (!state)
    throw new BotRefused(`There is no Backstop in ${folder.path} yet. Start it with npm start, or name its folder with --data DIR.`)
  return { url: `http://127.0.0.1:${state.ports.bot}`, key: await readKey(secretFile(folder, 'operatorKey')) }
}

async function readKey(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw new BotRefused(`The operator key ${path} cannot be read. It is made when the bot starts; only its owner may read it.`, { cause })
  }
}
