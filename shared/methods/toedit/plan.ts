import type { CollapseInput } from "./input.ts";

/** What a model of the study is trained on. */
export type Arm = "real" | "mixture" | "replace" | "accumulate" | "edit" | "control";

/** A training: on which rows, and what its model writes afterwards. Rows are named as in the state. */
export interface TrainJob {
  readonly kind: "train";
  readonly seed: number;
  readonly arm: Arm;
  readonly generation: number;
  /** Of the arms edit and control. */
  readonly rule?: number;
  /** Share of synthetic rows; null where rows were edited. */
  readonly share: number | null;
  /** All rows of these sets; for a mixture the real ones and the synthetic ones, in this order. */
  readonly rows: readonly string[];
  /** The set that its model writes; nothing when absent. */
  readonly writes?: string;
}

/** An edit of a set by the prior, or the control beside it, which takes its number of changes. */
export interface EditJob {
  readonly kind: "edit" | "control";
  readonly seed: number;
  readonly rule: number;
  readonly generation: number;
  readonly from: string;
  readonly into: string;
}

export type Job = TrainJob | EditJob;

export const realRows = "real";
export const firstWritten = "written 1";

/** The jobs of one seed, in their order: what a job reads was made before it. */
function jobsOfSeed(input: CollapseInput, seed: number): Job[] {
  const { mixtures, generations, edits, controls } = input;
  const inner = mixtures.filter((share) => share > 0 && share < 1).toSorted((a, b) => a - b);
  const through = Array.from({ length: generations }, (_, i) => i + 1);
  const train = (job: Omit<TrainJob, "kind" | "seed">): TrainJob => ({ kind: "train", seed, ...job });
  const written = (arm: "replace" | "accumulate", generation: number) =>
    generation === 1 ? firstWritten : `${arm} ${generation}`;
  const next = (arm: "replace" | "accumulate", generation: number) =>
    generation < generations ? { writes: written(arm, generation + 1) } : {};
  return [
    train({ arm: "real", generation: 0, share: 0, rows: [realRows], writes: firstWritten }),
    ...inner.map((share) => train({ arm: "mixture", generation: 1, share, rows: [realRows, firstWritten] })),
    ...through.map((generation) =>
      train({
        arm: "replace",
        generation,
        share: 1,
        rows: [written("replace", generation)],
        ...next("replace", generation),
      }),
    ),
    ...through.map((generation) =>
      train({
        arm: "accumulate",
        generation,
        share: generation / (generation + 1),
        rows: [realRows, ...through.slice(0, generation).map((earlier) => written("accumulate", earlier))],
        ...next("accumulate", generation),
      }),
    ),
    ...edits.flatMap((_, rule) => [
      ...editLine("edit", seed, rule, through),
      ...(controls ? editLine("control", seed, rule, through) : []),
    ]),
  ];
}

/** Generations of edits, each of what the one before it left, and a model on each. */
function editLine(kind: "edit" | "control", seed: number, rule: number, through: readonly number[]): Job[] {
  const name = (generation: number) => (generation === 0 ? realRows : `${kind} ${rule} ${generation}`);
  return through.flatMap((generation): Job[] => [
    { kind, seed, rule, generation, from: name(generation - 1), into: name(generation) },
    { kind: "train", seed, arm: kind, generation, rule, share: null, rows: [name(generation)] },
  ]);
}

/** All jobs: seed after seed. */
export function jobsOf(input: CollapseInput): Job[] {
  return Array.from({ length: input.seeds }, (_, seed) => jobsOfSeed(input, seed)).flat();
}

/** Name of a model of the study for a reader. */
export function armLabel(
  { arm, rule }: { readonly arm: Arm; readonly rule?: number | undefined },
  edits: CollapseInput["edits"],
): string {
  const edit = edits[rule ?? -1];
  const how = edit === undefined ? "" : `, p ≥ ${edit.threshold}, T ${edit.temperature}`;
  switch (arm) {
    case "real":
      return "Real";
    case "mixture":
      return "Mixture";
    case "replace":
      return "Replace";
    case "accumulate":
      return "Accumulate";
    case "edit":
      return `Edit${how}`;
    case "control":
      return `Random${how}`;
  }
}

/** Name of a set of rows for a reader; undefined for those that are like others. */
export function setLabel(name: string, edits: CollapseInput["edits"]): string | undefined {
  const [kind = "", first, second] = name.split(" ");
  if (kind === realRows) return "Real rows";
  if (kind === "written") return "Written by the model on real rows";
  if (kind === "replace") return `Written in generation ${first}`;
  return kind === "edit"
    ? `${armLabel({ arm: "edit", rule: Number(first) }, edits)}, generation ${second}`
    : undefined;
}
