/** Everything runs on one queue until a worker needs to be scaled apart. Tests use a queue of their own. */
export const defaultTaskQueue = 'backstop'
