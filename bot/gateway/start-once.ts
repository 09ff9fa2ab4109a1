import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'

export type OnceOnly = { readonly taskQueue: string; readonly workflowId: string; readonly input: unknown }

/** Starts a workflow. One that is there already, or has been there, is not begun a second time. */
export async function startOnce(client: Client, type: string, { taskQueue, workflowId, input }: OnceOnly): Promise<void> {
  try {
    await client.workflow.start(type, { taskQueue, workflowId, args: [input], workflowIdReusePolicy: 'REJECT_DUPLICATE' })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
