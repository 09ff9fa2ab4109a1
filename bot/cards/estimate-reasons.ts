import type { MeasuredDrive, Speed } from '../../workflows/policy/estimate.ts'
import type { Limits } from '../../workflows/policy/quota-time.ts'
import type { Text } from './model.ts'
import { bytes, plural } from './values.ts'

/** What an estimate rests on that was seen. */
export function measuredLines(drives: readonly MeasuredDrive[], calls: number): Text[] {
  const sum = (of: (drive: MeasuredDrive) => number) => drives.reduce((total, drive) => total + of(drive), 0)
  const [files, exports, held, bare] = [sum((d) => d.files), sum((d) => d.exports), sum((d) => d.held), sum((d) => d.bare)]
  const [shared, shortcuts, commented] = [sum((d) => d.shared), sum((d) => d.shortcuts), sum((d) => d.commented)]
  const once = sum((d) => (d.files - d.held) * d.distinct.files.high)
  const twice = Math.round(files - held - once)
  return [
    `${plural(
      sum((d) => d.items),
      'item',
    )} listed with ${plural(calls, 'call')}; nothing was downloaded.`,
    [`${plural(files, 'file')} with `, bytes(sum((d) => d.fileBytes)), ' of content as Drive counts it.'],
    ...(held > 0 ? [[`${plural(held, 'file')} with `, bytes(sum((d) => d.heldBytes)), ' are in the vault already and cost nothing.']] : []),
    ...(twice > 0 ? [`About ${plural(twice, 'file is a copy', 'files are copies')} of another one, whose content is fetched once.`] : []),
    ...(exports > 0 ? [`${plural(exports, 'document')} of Google’s own, each exported by a call.`] : []),
    ...(bare > 0 ? [`${plural(bare, 'item')} whose content Google hands out to nobody: name, place and sharing only.`] : []),
    ...(shared > 0 ? [`${plural(shared, 'item')} with sharing of their own, read by a call each.`] : []),
    ...(shortcuts > 0 ? [`${plural(shortcuts, 'shortcut')}, looked up where they point out of the drive.`] : []),
    ...(commented > 0 ? [`${plural(commented, 'file')} whose comments the task wants, a call each.`] : []),
  ]
}

/** What it rests on that was not. */
export function assumedLines(drives: readonly MeasuredDrive[], { units, egress }: Limits, identities: number, speed: Speed): Text[] {
  const exports = drives.reduce((sum, { exports }) => sum + exports, 0)
  const sampled = drives.some(({ distinct }) => distinct.files.low < distinct.files.high)
  return [
    'Nothing else uses the same quota meanwhile, and the drives do not change.',
    ...(Number.isFinite(egress.perDay)
      ? [['At most ', bytes(egress.perDay), ' out of Drive a day, of which ', bytes(egress.usedToday), ' are used today.'] as Text]
      : ['No limit of ours for bytes out of Drive: Google may charge beyond 1 TB a day.']),
    ...(Number.isFinite(units.perMinute)
      ? [`${plural(Math.round(units.perMinute), 'quota unit')} a minute with ${plural(identities, 'identity', 'identities')}.`]
      : []),
    speed.runs === 0
      ? [
          'No backup has run here yet, so the speed is a guess: ',
          rate(speed.bytesPerSecond.low),
          ' to ',
          rate(speed.bytesPerSecond.high),
          '.',
        ]
      : [
          `The speed of the ${speed.runs === 1 ? 'backup' : `last ${speed.runs} backups`} here: `,
          rate(speed.bytesPerSecond.low),
          ' to ',
          rate(speed.bytesPerSecond.high),
          ` and ${atLeastOne(speed.itemsPerSecond.low)} to ${plural(atLeastOne(speed.itemsPerSecond.high), 'item')} a second.`,
        ],
    ...(exports > 0 ? ['Google does not say how long an export gets: between a twentieth and twice the size that it names.'] : []),
    ...(sampled ? ['Copies are counted in a sample of the contents, so their share may be off by a few per cent.'] : []),
  ]
}

const rate = (bytesPerSecond: number) => ({ type: 'rate', bytesPerSecond: Math.round(bytesPerSecond) }) as const
const atLeastOne = (value: number): number => Math.max(1, Math.round(value))
