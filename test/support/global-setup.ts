/** Runs once before all projects of a run, whatever their number. */
export function setup(): void {}
