/** What every group of operations is made of. */
import type { ContentStore } from './content-store.ts'
import type { Run } from './mutate.ts'
import type { World } from './state.ts'

export type Services = { readonly world: World; readonly store: ContentStore; readonly run: Run }
