/** What `backstop vault extract` says: how far it is, and what came of it. */
import type { Progress } from '../vault/extract/extract-drive.ts'
import type { ExtractReport } from '../vault/extract/tally.ts'
import type { Outside } from './command.ts'
import { progress } from './progress.ts'
import { quoted } from './quoted.ts'

export function extractProgress(outside: Outside, driveId: string): (step: Progress) => void {
  const begun = outside.clock.now().getTime()
  const say = progress(outside)
  return (step) => {
    if (step.step === 'reading') return say(`Drive ${driveId}: read the list of items, ${step.items} so far`)
    if (step.step === 'scanning') return say(`Drive ${driveId}: looked into ${step.containers} packs and objects`)
    const perSecond = (step.bytes / Math.max(1, outside.clock.now().getTime() - begun)) * 1000
    say(`Drive ${driveId}: ${step.items} of ${step.of} items, ${sizeOf(step.bytes)}, ${sizeOf(perSecond)}/s`)
  }
}

const shownFailures = 20

export function reportLines(report: ExtractReport, folder: string): string {
  const { driveId, driveName, gen, time, listed, written, alreadyThere, renamed, earlierVersions, bytes, failures } = report
  const [skipped, failed] = [sum(report.skipped), sum(report.failed)]
  return [
    `Drive ${driveId} ${quoted(driveName)}, snapshot ${gen} of ${time}, is in ${folder}`,
    `${listed} listed = ${written} written + ${skipped} skipped + ${failed} failed; ${sizeOf(bytes)} written now`,
    ...(alreadyThere > 0 ? [`  ${alreadyThere} were there already and are the same`] : []),
    ...(skipped > 0 ? [`  skipped, because the vault holds only their description: ${byReason(report.skipped)}`] : []),
    ...(renamed > 0 ? [`  ${renamed} have another name than in Drive; metadata.jsonl says which`] : []),
    ...(earlierVersions > 0 ? [`  ${earlierVersions} are an earlier version: the backup could not read the newest`] : []),
    ...failures.slice(0, shownFailures).map(({ path, code, detail }) => `  failed: ${quoted(path)}: ${detail} (${code})`),
    ...(failed > shownFailures ? [`  and ${failed - shownFailures} more; metadata.jsonl marks all of them`] : []),
  ].join('\n')
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, count) => all + count, 0)

function byReason(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`)
  return parts.join(', ')
}

/** `1.5 GiB` */
export function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const value = bytes / 1024 ** power
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
