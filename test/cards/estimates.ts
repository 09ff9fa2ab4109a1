/** Estimates in all their states. */
import type { EstimateView } from '../../bot/cards/estimate.ts'
import type { Estimate, EstimateDrive } from '../../db/estimates.ts'
import { assumedSpeed, type MeasuredDrive, nothingMeasured } from '../../workflows/policy/estimate.ts'
import { at } from './fixtures.ts'

const whole = { low: 1, high: 1 }

export const measuredDrive = (over: Partial<MeasuredDrive> = {}): MeasuredDrive => ({
  ...nothingMeasured,
  pages: 101,
  items: 100_400,
  files: 84_000,
  fileBytes: 4_200_000_000_000,
  exports: 9_000,
  exportBytes: 900_000_000,
  bare: 400,
  shared: 1_200,
  shortcuts: 30,
  distinct: { files: { low: 0.85, high: 0.95 }, bytes: { low: 0.8, high: 1 } },
  ...over,
})

export const estimateDrive = (over: Partial<Omit<EstimateDrive, 'sample'>> = {}): Omit<EstimateDrive, 'sample'> => ({
  driveId: '0Afinance',
  driveName: 'Finance',
  itemsBefore: 0,
  taskId: 'task_1',
  state: 'done',
  cursor: null,
  calls: 101,
  measured: measuredDrive(),
  error: null,
  ...over,
})

export const estimateView = (
  estimate: Partial<Estimate>,
  drives: EstimateView['drives'] = [estimateDrive()],
  over: Partial<EstimateView> = {},
): EstimateView => ({
  estimate: {
    id: 'est_1',
    requestedBy: 'person_ada',
    state: 'done',
    error: null,
    createdAt: at(10),
    finishedAt: at(11),
    ...estimate,
  },
  drives,
  limits: {
    units: { perMinute: 325_000, perDay: 400_000_000, usedToday: 1_000_000, msToDayEnd: 20 * 3_600_000 },
    egress: { perMinute: Number.POSITIVE_INFINITY, perDay: 1e12, usedToday: 120e9, msToDayEnd: 20 * 3_600_000 },
  },
  identities: 1,
  speed: assumedSpeed,
  now: at(12),
  ...over,
})

export const smallDrive = (over: Partial<MeasuredDrive> = {}) =>
  measuredDrive({
    pages: 1,
    items: 820,
    files: 600,
    fileBytes: 9_300_000,
    held: 200,
    heldBytes: 3_000_000,
    exports: 0,
    exportBytes: 0,
    bare: 0,
    shared: 0,
    shortcuts: 0,
    commented: 12,
    distinct: { files: whole, bytes: whole },
    ...over,
  })
