import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { s3Client } from '../../activities/vault/store/s3/client.ts'
import { editFiles } from './edit-files.ts'
import { backUpWhole, rounded, secondsOf } from './measure.ts'
import { startProcesses, type World } from './processes.ts'
import { type DriveFront, driveFront, storeFront } from './rclone/front.ts'
import { rcloneSync } from './rclone/rclone.ts'
import type { Measured } from './report.ts'

const kibibyte = 2 ** 10
const mebibyte = 2 ** 20
/** On the way of either program to Drive and to the object store: about what Google and a bucket in the same region take to answer. */
const latencyMs = { drive: 100, store: 30 }

const shapes = {
  small: { items: 10_000, minBytes: kibibyte, maxBytes: 64 * kibibyte },
  large: { items: 200, minBytes: 10 * mebibyte, maxBytes: 10 * mebibyte },
  incremental: { items: 100_000, minBytes: 64, maxBytes: 1_024 },
}
const edited = 100

type Cost = { readonly seconds: number; readonly driveCalls: number; readonly storeRequests: number }

/** The same drive to the same object store over the same way, by Backstop and by `rclone sync`. */
export async function rclone(): Promise<Measured> {
  const small = await against(shapes.small, async ({ ours, theirs }) => [await ours(), await theirs()])
  const large = await against(shapes.large, async ({ ours, theirs }) => [await ours(), await theirs()])
  const incremental = await against(shapes.incremental, async ({ ours, theirs, edit, far }) => {
    far(false)
    await ours()
    await theirs()
    far(true)
    await edit(edited)
    return [await ours(), await theirs()]
  })
  const speed = ([ours, theirs]: readonly [Cost, Cost]) => rounded(theirs.seconds / ours.seconds)
  const requests = ([ours, theirs]: readonly [Cost, Cost]) => rounded(ours.storeRequests / theirs.storeRequests)
  return {
    figures: {
      ...rows('small', small),
      ...rows('large', large),
      ...rows('incremental', incremental),
      'small.speedRatio': speed(small),
      'small.storeRequestsRatio': requests(small),
      'large.speedRatio': speed(large),
      'incremental.speedRatio': speed(incremental),
      'incremental.storeRequestsRatio': requests(incremental),
    },
    goals: {
      'small.speedRatio': { atLeast: 2 },
      'small.storeRequestsRatio': { atMost: 0.01 },
      'large.speedRatio': { atLeast: 1 },
      'incremental.speedRatio': { atLeast: 100 },
    },
  }
}

function rows(name: string, [ours, theirs]: readonly [Cost, Cost]): Record<string, number> {
  const of = (who: string, cost: Cost) => Object.entries(cost).map(([figure, value]) => [`${name}.${who}.${figure}`, rounded(value)])
  return Object.fromEntries([...of('backstop', ours), ...of('rclone', theirs)])
}

type Contest = {
  readonly ours: () => Promise<Cost>
  readonly theirs: () => Promise<Cost>
  readonly edit: (files: number) => Promise<void>
  /** Whether Drive and store are as far away as {@link latencyMs} says, or next door. */
  readonly far: (far: boolean) => void
}

async function against(world: World, contest: (contest: Contest) => Promise<readonly [Cost, Cost]>): Promise<readonly [Cost, Cost]> {
  const folder = await mkdtemp(join(tmpdir(), 'backstop-bench-'))
  let drive: DriveFront | undefined
  let store: Awaited<ReturnType<typeof storeFront>> | undefined
  const system = await startProcesses(world, async ({ url }, servers) => {
    const s3 = await servers.s3()
    const [front, way] = [await driveFront(url, folder), await storeFront(s3.endpoint)]
    drive = front
    store = way
    await s3Client(s3).send(new CreateBucketCommand({ Bucket: 'bench' }))
    return {
      BACKSTOP_DRIVE_URL: front.url,
      NODE_EXTRA_CA_CERTS: front.certificateFile,
      BACKSTOP_VAULT_URL: `s3://bench/vault?region=${s3.region}&endpoint=${way.url}`,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    }
  })
  if (!drive || !store) throw new Error('The fronts were not started.')
  const [front, way] = [drive, store]
  const s3 = { ...(await system.s3()), endpoint: way.url }
  const [admin = ''] = system.practice.admins
  const rival = { front, store: s3, bucket: 'bench', admin, driveId: system.driveId, credentialsFile: system.practice.credentialsFile }
  const far = (isFar: boolean) => {
    front.latencyMs = isFar ? latencyMs.drive : 0
    way.latencyMs = isFar ? latencyMs.store : 0
  }
  const cost = async (work: () => Promise<void>): Promise<Cost> => {
    const [calls, requests] = [front.count(), way.count()]
    const seconds = await secondsOf(work)
    return { seconds, driveCalls: front.count() - calls, storeRequests: way.count() - requests }
  }
  try {
    far(true)
    return await contest({
      ours: () => cost(async () => void (await backUpWhole(system, system.driveId))),
      theirs: () => cost(() => rcloneSync(rival)),
      edit: (files) => editFiles(system, files),
      far,
    })
  } finally {
    await system.stop()
    await Promise.all([front.stop(), way.stop()])
    await rm(folder, { recursive: true })
  }
}
