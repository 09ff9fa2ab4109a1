import { newRecoveryKey, recoveryHolder } from '../../activities/vault/index.ts'
import { kmsContract } from './kms.ts'

const [mine, other] = [await newRecoveryKey(), await newRecoveryKey()]

kmsContract('a recovery key', { open: () => recoveryHolder(mine), other: () => recoveryHolder(other) })
