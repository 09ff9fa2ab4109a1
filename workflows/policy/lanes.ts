/**
 * Who goes first where Google's quota or a worker's place is scarce, the most urgent first: a person waits for a restore, asked for a
 * backup now, a schedule did, and what only looks (verification, estimates, discovery) can wait.
 */
export const lanes = ['restore', 'on demand', 'scheduled', 'background'] as const
export type Lane = (typeof lanes)[number]

/**
 * What a lane keeps of a shared rate while lanes above it want all of it: enough to go on, so that nothing starves. The first needs none.
 */
export const guaranteedShare: Readonly<Record<Lane, number>> = { restore: 0, 'on demand': 0.1, scheduled: 0.05, background: 0.02 }

/** How far into a day's budget a lane may reach: the rest is kept for the lanes above it. */
export const dayCeiling: Readonly<Record<Lane, number>> = { restore: 1, 'on demand': 0.98, scheduled: 0.95, background: 0.9 }

/** Lanes that go before this one, and lanes that come after it. */
export const above = (lane: Lane): readonly Lane[] => lanes.slice(0, lanes.indexOf(lane))
export const below = (lane: Lane): readonly Lane[] => lanes.slice(lanes.indexOf(lane) + 1)

/** Temporal's own order of waiting tasks: 1 goes first. */
export const taskPriority = (lane: Lane): number => lanes.indexOf(lane) + 1

/** The lane of a backup, by what asked for it. */
export const laneOfRun = (reason: string): Lane => (reason === 'on demand' ? 'on demand' : 'scheduled')
