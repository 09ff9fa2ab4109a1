import type { VaultCommand } from './command.ts'

type Entry = { readonly summary: string; load(): Promise<VaultCommand> }

/** The commands of `backstop vault`, in the order of the help. Each is loaded only when it is asked for. */
export const commands: Readonly<Record<string, Entry>> = {
  probe: { summary: 'try out whether a store is fit for a vault', load: async () => (await import('./probe.ts')).probe },
  list: { summary: 'the drives and snapshots of a vault', load: async () => (await import('./list.ts')).list },
  extract: { summary: 'write a snapshot as ordinary files', load: async () => (await import('./extract.ts')).extract },
  rebuild: { summary: 'make the database again from the vault', load: async () => (await import('./rebuild.ts')).rebuild },
  verify: { summary: 'check that everything is there, and as it was written', load: async () => (await import('./verify.ts')).verify },
  heal: { summary: 'fetch from Drive again what is damaged', load: async () => (await import('./heal.ts')).heal },
  anchor: { summary: 'one hash over all histories, to keep elsewhere', load: async () => (await import('./anchor.ts')).anchor },
  audit: { summary: 'prove that no history was cut or rewritten', load: async () => (await import('./audit.ts')).audit },
  expire: { summary: 'give up snapshots that are older than the retention', load: async () => (await import('./expire.ts')).expire },
  gc: { summary: 'delete what no snapshot needs', load: async () => (await import('./gc.ts')).gc },
  'recovery-key': {
    summary: 'make, check or replace the offline recovery key',
    load: async () => (await import('./recovery-key.ts')).recoveryKey,
  },
  keys: { summary: 'see, change, renew or destroy keys', load: async () => (await import('./keys.ts')).keys },
}
