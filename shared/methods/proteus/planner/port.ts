import type { Summary } from "../execution/values.ts";
import type { Objective } from "../output.ts";
import type { Profile, Wishes } from "./profile.ts";

/** A call of a tool, as planned. */
export interface PlannedStep {
  /** A short name that no other step has; evidence names it. */
  readonly id: string;
  readonly tool: string;
  /** Steps whose results it takes, in the tool's order; `data` is the uploaded study. */
  readonly from: readonly string[];
  readonly args: object;
  readonly objective: string;
  readonly why: string;
}

export interface Workflow {
  readonly objectives: readonly Objective[];
  readonly steps: readonly PlannedStep[];
}

/** A change of the workflow after a step, and why. */
export interface Revision {
  readonly rule: string;
  readonly reason: string;
  readonly add: readonly PlannedStep[];
  /** Steps that have not run and shall not. */
  readonly drop: readonly string[];
  /** Steps that have not run take the second's result in place of the first's. */
  readonly redirect?: { readonly from: string; readonly to: string };
}

/** How a step stands, as far as a planner sees it. */
export interface SeenStep extends PlannedStep {
  readonly status: "waiting" | "done" | "failed" | "dropped" | "not run";
  readonly said: string;
  readonly summary?: Summary;
}

/** Decides what is done; it sees the profile and the summaries of steps, and computes nothing itself. */
export interface Planner {
  plan(profile: Profile, wishes: Wishes): Promise<Workflow>;
  /** Looks at the step that ended last. Undefined to go on as planned. */
  revise(profile: Profile, steps: readonly SeenStep[], last: SeenStep): Promise<Revision | undefined>;
}
