export const estimateType = 'estimate'

/** One estimate. Which drives it is about, and what was measured of them, stands in its rows in PostgreSQL. */
export type EstimateInput = { readonly accountId: string; readonly estimateId: string }

export const estimateWorkflowId = (estimateId: string): string => `estimate/${estimateId}`
