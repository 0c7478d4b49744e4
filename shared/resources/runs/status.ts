export const runStatuses = ["queued", "running", "succeeded", "failed", "canceled"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Whether nothing more will happen to a run of this status. */
export const isTerminal = (status: RunStatus): boolean => status !== "queued" && status !== "running";
