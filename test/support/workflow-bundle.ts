import { workflowBundle as cachedBundle } from '../../activities/workflow-bundle.ts'

let bundle: ReturnType<typeof cachedBundle> | undefined

/** The workflows, bundled once for all test files that run the same sources. */
export function workflowBundle(): ReturnType<typeof cachedBundle> {
  bundle ??= cachedBundle()
  return bundle
}
