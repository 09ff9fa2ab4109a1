export const connectTaskType = 'connectTask'

/**
 * A person has consented at Google's page. The authorisation code is sealed (db/kit/seal.ts), so that no secret lies in a history.
 * The request names the task to reconnect, or the new task's name.
 */
export type ConnectTaskInput = {
  readonly accountId: string
  /** Hex of the SHA-256 of the OAuth `state`: the key of the `consent_request` row. */
  readonly stateHash: string
  /** Base64 of the sealed authorisation code. */
  readonly sealedCode: string
  readonly redirectUri: string
}

export const connectTaskWorkflowId = (stateHash: string): string => `connect-task/${stateHash}`

/** What became of a consent. Expected outcomes are values; anything else is thrown. */
export type ConnectTaskResult =
  | { readonly outcome: 'connected'; readonly taskId: string; readonly created: boolean; readonly drives: number }
  | { readonly outcome: 'refused'; readonly reason: string }
