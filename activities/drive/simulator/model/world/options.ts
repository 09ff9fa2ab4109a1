/** How a practice world is asked for. */
import type { Person } from '../requests.ts'

/** What shape of world to generate. The same options give the same world, byte for byte. */
export type WorldOptions = {
  readonly seed: number
  /** Files, folders and shortcuts over all drives, the drives' top folders not counted. Default 1,000. What a profile always has is there
   *  even when it is more: nine items in the first drive unless `plain`, and some 190 in each drive of `hostile`. */
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
