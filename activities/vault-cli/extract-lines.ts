import type { Progress } from '../vault/extract/extract-drive.ts'
import type { Root } from '../vault/index.ts'
import type { Outside } from './command.ts'

const everyMs = 2000

/** Says every two seconds how far an extraction is. */
export function progressLines({ clock, note }: Outside): (root: Root, step: Progress) => void {
  const begun = clock.now().getTime()
  let last = begun
  return ({ driveId }, step) => {
    const now = clock.now().getTime()
    if (now - last < everyMs) return
    last = now
    if (step.step === 'scanning') note(`Drive ${driveId}: looked into ${step.containers} packs and objects`)
    else {
      const perSecond = (step.bytes / (now - begun)) * 1000
      note(`Drive ${driveId}: ${step.items} of ${step.of} items, ${sizeOf(step.bytes)}, ${sizeOf(perSecond)}/s`)
    }
  }
}

/** `1.5 GiB` */
export function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)))
  const value = bytes / 1024 ** power
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
