import { creates, type PlanAction } from './restore-plan.ts'

/** What approvers read before they decide. Kept on the job; names and paths are hostile text. */
export type PlanSummary = {
  readonly folders: number
  readonly files: number
  readonly fromTrash: number
  readonly alreadyThere: number
  /** Items whose content cannot come back, by the sentence that says why. */
  readonly unrestorable: Readonly<Record<string, number>>
  /** Names that are taken where the item goes; both will stand side by side. */
  readonly conflicts: number
  readonly bytes: number
  readonly grants: number
  /** Grants to anyone with the link or to a whole domain: worth a second look. */
  readonly openGrants: number
  readonly calls: number
  readonly units: number
  readonly seconds: number
  /** The first paths, for the card. */
  readonly sample: readonly string[]
}

export type SummaryLine = {
  readonly action: PlanAction
  readonly path: string
  readonly size: number
  readonly conflict: boolean
  readonly note: string | null
  readonly grants: readonly { readonly type: string }[]
}

/** Quota units of a call that changes something, and of one that adds or generates ids (drive.md, "Quota"). */
const editUnits = 50
/** What the restore can count on: Google writes about three items a second for one identity, and 8 MiB a second. */
const callsPerSecond = 6
const bytesPerSecond = 8 * 2 ** 20
const sampleSize = 8

/** Adds a plan up. */
export function summarize(lines: readonly SummaryLine[]): PlanSummary {
  const acting = lines.filter(({ action }) => creates(action) || action === 'untrash')
  const created = lines.filter(({ action }) => creates(action))
  const grants = created.flatMap((line) => line.grants)
  const bytes = sum(created.map(({ size }) => size))
  const calls = acting.length + grants.length + Math.ceil(created.length / 1_000)
  return {
    folders: created.filter(({ action }) => action === 'create-folder').length,
    files: created.filter(({ action }) => action !== 'create-folder').length,
    fromTrash: lines.filter(({ action }) => action === 'untrash').length,
    alreadyThere: lines.filter(({ action }) => action === 'keep').length,
    unrestorable: tallyNotes(lines.filter(({ action }) => action === 'none')),
    conflicts: lines.filter(({ conflict }) => conflict).length,
    bytes,
    grants: grants.length,
    openGrants: grants.filter(({ type }) => type === 'anyone' || type === 'domain').length,
    calls,
    units: calls * editUnits,
    seconds: Math.ceil(Math.max(calls / callsPerSecond, bytes / bytesPerSecond)),
    sample: acting.slice(0, sampleSize).map(({ path }) => path),
  }
}

function tallyNotes(lines: readonly SummaryLine[]): Record<string, number> {
  const tally: Record<string, number> = {}
  for (const { note } of lines) tally[note ?? 'unknown'] = (tally[note ?? 'unknown'] ?? 0) + 1
  return tally
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
