import type { CheckpointPace } from "../../checkpoint-pace.ts";
import type { RunContext } from "../../contract.ts";
import type { StudyInput } from "./input.ts";
import type { Material } from "./material.ts";
import type { Job } from "./plan.ts";

/** What all parts of a study work with. */
export interface Bench {
  readonly input: StudyInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly material: Material;
  readonly jobs: readonly Job[];
}
