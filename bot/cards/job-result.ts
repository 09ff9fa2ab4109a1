import type { JobItem, JobItemTotals } from '../../db/job-items.ts'
import type { JobView } from './job.ts'
import type { Meant, NodeOf, Text } from './model.ts'
import { bytes, count, duration, link, plural } from './values.ts'

/** P10: the sum that has to come out even, said in every result. */
export function restoreBalance({ total, done, skipped, failed }: JobItemTotals): string {
  const said = (value: number) => value.toLocaleString('en-US')
  return `${said(total)} listed = ${said(done)} restored + ${said(skipped)} skipped + ${said(failed)} failed.`
}

/** What became of a restore, line by line where there is something to say, with links to what came back. */
export function resultNodes(view: JobView): NodeOf<Meant>[] {
  const { job, totals, remarks, opened } = view
  const started = job.startedAt
  return [
    {
      type: 'fields',
      fields: [
        { label: 'Listed', value: count(totals.total) },
        { label: 'Restored', value: count(totals.done) },
        { label: 'Skipped', value: count(totals.skipped) },
        { label: 'Failed', value: count(totals.failed) },
        { label: 'Size', value: bytes(totals.doneBytes) },
        ...(totals.warnings > 0 ? [{ label: 'With a remark', value: count(totals.warnings) }] : []),
        ...(started && job.finishedAt ? [{ label: 'Took', value: duration(job.finishedAt.getTime() - started.getTime()) }] : []),
      ],
    },
    ...linesOf(
      'Not restored',
      remarks.filter(({ state }) => state === 'failed'),
      totals.failed,
    ),
    ...linesOf(
      'Left out',
      remarks.filter(({ state }) => state === 'skipped'),
      totals.skipped,
    ),
    ...linesOf(
      'Remarks',
      remarks.filter(({ state }) => state === 'done'),
      totals.warnings,
    ),
    ...(opened.length > 0
      ? [
          {
            type: 'section',
            title: 'Open in Drive',
            open: true,
            nodes: [{ type: 'list', items: opened.map((line) => (line.link ? link(line.path, line.link) : line.path)) }],
          } as const,
        ]
      : []),
  ]
}

function linesOf(title: string, lines: readonly JobItem[], total: number): NodeOf<Meant>[] {
  if (lines.length === 0) return []
  const items: Text[] = lines.map(({ path, note }) => `${path}: ${note ?? 'no reason was recorded'}`)
  if (total > lines.length) items.push(`and ${plural(total - lines.length, 'more', 'more')}`)
  return [{ type: 'section', title, open: title === 'Not restored', nodes: [{ type: 'list', items }] }]
}
