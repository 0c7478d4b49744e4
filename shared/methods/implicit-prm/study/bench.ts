import type { LanguageModel } from "../../../lm/stored-model.ts";
import type { Training, TrainingStart } from "../../../lm/training.ts";
import type { Underway } from "../../train.ts";
import type { StudyInput } from "../input.ts";
import type { JudgeName } from "../labels.ts";
import type { Response } from "../responses.ts";
import type { Judged, RowScorer } from "../scoring.ts";
import { forget, type Part, scored, trained, type Work } from "../work.ts";
import type { UnitCosts } from "./compute.ts";
import type { Measured } from "./judging.ts";
import type { Cost } from "./seed-figures.ts";

/** What the judges of a seed share. */
export interface Bench {
  readonly work: Work;
  readonly input: StudyInput;
  /** The policy, which every judge begins from. */
  readonly base: LanguageModel;
  readonly training: readonly Response[];
  /** The development split, then what is held out. */
  readonly measured: readonly Measured[];
  readonly units: UnitCosts;
  part(name: string): Part;
}

/** What gives every step of the measured responses a number. */
export interface Judge {
  readonly name: JudgeName;
  readonly judged: readonly Judged[];
  /** What an answer's vote weighs by a number. */
  weigh(value: number): number;
  /** Absent where nothing is trained for it beside another. */
  readonly cost?: Cost;
}

interface Trainee<Row> {
  readonly name: string;
  readonly steps: number;
  create(from: TrainingStart | undefined): Promise<Training>;
  /** The trained weights as a scorer. */
  scorer(done: Underway): RowScorer<Row>;
}

/** Trains, scores rows, and keeps the scores alone. */
export async function scoredByTrained<Row>(
  { work, part }: Pick<Bench, "work" | "part">,
  { name, steps, create, scorer }: Trainee<Row>,
  rows: readonly Row[],
): Promise<readonly Float32Array[]> {
  const before = work.state.scores[name];
  if (before?.length === rows.length) return before;
  const done = await trained(work, part(name), steps, create);
  const scores = await scored(work, part(name), rows, () => scorer(done));
  work.state = forget(work, name);
  return scores;
}
