/** Where workflows and small activities run. Tests use a queue of their own. */
export const defaultTaskQueue = 'backstop'

/** Where the shards of the workflows on a queue run: few at once, each with much in flight. */
export const shardQueue = (taskQueue: string): string => `${taskQueue}-shards`
