import { memoryStore } from '../vault/support/vaults.ts'
import { objectStoreContract } from './object-store.ts'

objectStoreContract('the memory store of the tests', async () => memoryStore())
