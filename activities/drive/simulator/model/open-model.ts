/** The one way to a practice Drive: its world is generated from a seed, its changes are replayed from a folder when one is given. */
import type { Clock } from '../../../../db/kit/clock.ts'
import type { Random } from '../../../../db/kit/random.ts'
import type { DriveModel } from './api.ts'
import type { Knobs, Person } from './requests.ts'

/** What shape of world to generate. The same options give the same world, byte for byte. */
export type WorldOptions = {
  readonly seed: number
  /** Files, folders and shortcuts over all drives, the drives' top folders not counted. Default 1,000. */
  readonly items?: number
  /** Default 5 for office, 1 otherwise. */
  readonly drives?: number
  /** `office` (default): departments; `flat`: one folder; `deep`: 100 levels; `hostile`: every name and state that breaks naive programs. */
  readonly profile?: 'office' | 'flat' | 'deep' | 'hostile'
  /** Size range of generated blobs, default 1 KiB–64 KiB. Equal values give exactly that size. */
  readonly minBytes?: number
  readonly maxBytes?: number
  /** Only blobs and folders: no Google-native files, shortcuts or oddities. For benchmarks. */
  readonly plain?: boolean
  /** The practice domain, default `practice.example`. */
  readonly domain?: string
  /** People beside the generated ones; admins may use `useDomainAdminAccess`. */
  readonly people?: readonly Person[]
}

export type ModelOptions = {
  readonly world: WorldOptions
  readonly clock: Clock
  /** Source of new ids. */
  readonly random: Random
  readonly knobs?: Partial<Knobs>
  /** Where changes and uploaded content are kept. Without it everything is in memory. */
  readonly folder?: string
}

/**
 * Generates the world, replays the folder's journal on top and returns the model.
 * @throws {Error} the folder holds another world (other options than when it was made), or a journal that is damaged before its last line
 */
export type OpenModel = (options: ModelOptions) => DriveModel
