/** The committed golden vaults, as copies that may be opened. */
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder } from './extracted.ts'

const golden = join(import.meta.dirname, '..', 'golden')

export type GoldenVault = {
  readonly name: string
  /** `account.key`, and `recovery.key` when there is one: each opens all of it. */
  readonly keys: readonly string[]
  /** The snapshots that must come out whole. */
  readonly snapshots: readonly { readonly driveId: string; readonly gen: number; readonly expected: Expected }[]
}

export type Expected = {
  readonly stateHash: string
  readonly files: Readonly<Record<string, string>>
  readonly metadata: string
  readonly root: string
}

export const goldenVaults: readonly GoldenVault[] = readdirSync(golden, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({
    name,
    keys: readdirSync(join(golden, name)).filter((file) => file.endsWith('.key')),
    snapshots: readdirSync(join(golden, name, 'expected')).map((snapshot) => {
      const [driveId = '', gen] = snapshot.split('-')
      return { driveId, gen: Number(gen), expected: expectedIn(join(golden, name, 'expected', snapshot)) }
    }),
  }))

function expectedIn(folder: string): Expected {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    ...(JSON.parse(read('files.json')) as Pick<Expected, 'stateHash' | 'files'>),
    metadata: read('metadata.jsonl'),
    root: read('root.json'),
  }
}

/** A copy, because opening a store leaves a mark, and a key file must be closed to others, which git does not keep. */
export function copyOf({ name, keys }: GoldenVault): { readonly vault: string; key(file: string): string } {
  const copy = emptyFolder()
  cpSync(join(golden, name), copy, { recursive: true })
  for (const key of keys) chmodSync(join(copy, key), 0o600)
  return { vault: join(copy, 'vault'), key: (file) => join(copy, file) }
}
