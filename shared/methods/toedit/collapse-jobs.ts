import type { ModelConfig } from "../../lm/config.ts";
import { createRandom } from "../../lm/random.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import type { WeightValues } from "../../lm/training.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import type { Collapsing } from "./collapse-state.ts";
import { editAtRandom, editRows } from "./edit-rows.ts";
import type { CollapseInput, EditRule } from "./input.ts";
import { armLabel, type EditJob, type Job, type TrainJob } from "./plan.ts";
import { joined, mixed, type RowSet, rowsOf } from "./row-set.ts";
import { trainSmall } from "./small-model.ts";
import { rowWriter } from "./write-rows.ts";

/** What every job of a study needs. */
export interface Bench {
  readonly input: CollapseInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly config: ModelConfig;
  readonly jobs: readonly Job[];
  readonly text: {
    readonly name: string;
    /** What the prior alone is trained on. */
    readonly prior: Uint8Array;
    /** What real rows are cut from. */
    readonly training: Uint8Array;
    readonly validation: Uint8Array;
  };
}

/** Does one job, and answers the state after it; out of time, its state is in the checkpoint. */
export function perform(bench: Bench, job: Job, state: Collapsing): Promise<Collapsing | "out of time"> {
  return job.kind === "train" ? trainOne(bench, job, state) : editOne(bench, job, state);
}

function setOf({ input }: Pick<Bench, "input">, state: Collapsing, name: string): RowSet {
  const bytes = state.sets[name];
  if (bytes === undefined) throw new Error(`no rows "${name}"`);
  return { width: input.trainingLength + 1, bytes };
}

function rowsFor(bench: Bench, { arm, share, rows }: TrainJob, state: Collapsing): RowSet {
  const [first, second] = rows.map((name) => setOf(bench, state, name));
  if (arm === "mixture" && first !== undefined && second !== undefined)
    return mixed(first, second, share ?? 0);
  return joined(rows.map((name) => setOf(bench, state, name)));
}

async function trainOne(bench: Bench, job: TrainJob, state: Collapsing): Promise<Collapsing | "out of time"> {
  const { input, ctx, pace, config } = bench;
  const rows = rowsFor(bench, job, state);
  const what = describe(bench, job);
  let { current } = state;
  if (current?.weights === undefined) {
    const trained = await trainSmall(
      {
        ctx,
        pace,
        config,
        length: input.trainingLength,
        training: input.training,
        // One seed for all arms: they begin at the same weights, and draw the same places of their rows.
        seed: createRandom(ctx.seed, "training", job.seed).next(),
        rows: rowsOf(rows),
        labels: labelsOf(bench, job),
        stateWith: (training) => ({ ...state, current: { training } }),
        report: (step, loss) =>
          progress(
            bench,
            state,
            step / input.training.steps,
            `${what}: step ${step} of ${input.training.steps}, loss ${loss.toFixed(3)}`,
          ),
      },
      current?.training,
    );
    if (trained === "out of time") return trained;
    current = { training: trained.underway, weights: trained.weights };
  }
  const { weights, training } = current;
  if (weights === undefined || training === undefined) throw new Error("a training without an end");
  const written = await write(bench, job, { ...state, current }, weights, rows);
  if (written === "out of time") return written;
  const bitsPerByte = await judge(bench, weights);
  ctx.metric("bits_per_byte", job.generation, bitsPerByte, labelsOf(bench, job));
  const { points } = training.curve;
  const shown = job.seed === 0 && (job.arm === "real" || job.arm === "replace");
  return {
    ...state,
    sets: { ...state.sets, ...written },
    trials: [...state.trials, { ...trialOf(job, state), bitsPerByte }],
    curves: shown ? [...state.curves, { name: what, points: [...points] }] : state.curves,
  };
}

function trialOf({ arm, generation, rule, share, seed, rows }: TrainJob, state: Collapsing) {
  const rates = state.rates[rows[0] ?? ""];
  return {
    arm,
    generation,
    ...(rule !== undefined && { rule }),
    share,
    seed,
    // The control has places that were chosen, and no candidates.
    candidateRate: rates === undefined || arm === "control" ? null : rates.candidates / rates.tokens,
    changedRate: rates === undefined ? null : rates.changed / rates.tokens,
  };
}

/** The rows that a job's model writes, a batch at a time, by their name. */
async function write(
  bench: Bench,
  job: TrainJob,
  state: Collapsing,
  weights: WeightValues,
  trainedOn: RowSet,
): Promise<Record<string, Uint8Array> | "out of time"> {
  const { input, ctx, pace, config } = bench;
  if (job.writes === undefined) return {};
  const writer = await rowWriter({ config, weights }, trainedOn, {
    rows: input.rows,
    seed: createRandom(ctx.seed, "written", job.seed).next(),
    stream: job.writes,
    temperature: input.samplingTemperature,
    parallel: input.parallel,
    threads: ctx.threads,
  });
  let written = state.current?.written ?? new Uint8Array();
  try {
    while (written.length < input.rows * trainedOn.width) {
      ctx.signal.throwIfAborted();
      const from = written.length / trainedOn.width;
      const now = (): Collapsing => ({ ...state, current: { ...state.current, written } });
      if (ctx.outOfTime()) {
        await pace.save(now());
        return "out of time";
      }
      await pace.offer(now);
      written = Buffer.concat([written, await writer.next(from)]);
      progress(
        bench,
        state,
        1,
        `${describe(bench, job)}: ${written.length / trainedOn.width} of ${input.rows} rows written`,
      );
    }
    return { [job.writes]: Uint8Array.from(written) };
  } finally {
    await writer.release();
  }
}

async function editOne(bench: Bench, job: EditJob, state: Collapsing): Promise<Collapsing> {
  const { input, ctx, config } = bench;
  const { weights } = state.prior;
  const edit = input.edits[job.rule];
  if (weights === undefined || edit === undefined) throw new Error("an edit without a prior or a rule");
  progress(bench, state, 0, `${describe(bench, job)}: editing`);
  const rule: EditRule = {
    ...edit,
    strategy: "high",
    when: "at-least",
    dropBelow: 0,
    sampler: input.editSampler,
  };
  const seed = createRandom(ctx.seed, job.kind, job.seed, job.rule, job.generation).next();
  const editing = { prior: { config, weights }, rule, seed, threads: ctx.threads, signal: ctx.signal };
  const from = setOf(bench, state, job.from);
  const matched = state.rates[job.into.replace("control", "edit")]?.changed ?? 0;
  const { rows, candidates, changed } =
    job.kind === "edit" ? await editRows(from, editing) : await editAtRandom(from, matched, editing);
  return {
    ...state,
    sets: { ...state.sets, [job.into]: rows.bytes },
    rates: { ...state.rates, [job.into]: { candidates, changed, tokens: rows.bytes.length } },
  };
}

/** Bits per byte on the held-out real text. */
export async function judge({ input, ctx, config, text }: Bench, weights: WeightValues): Promise<number> {
  const scorer = await createScorer(config, weights, { length: input.trainingLength, threads: ctx.threads });
  try {
    return (await meanLoss(scorer, text.validation)) / Math.LN2;
  } finally {
    await scorer.release();
  }
}

function progress({ ctx, jobs }: Bench, { job }: Collapsing, share: number, message: string): void {
  ctx.progress((job + 1 + share) / (jobs.length + 1), message);
}

function describe({ input }: Bench, job: Job): string {
  const name =
    job.kind === "train"
      ? armLabel(job, input.edits)
      : armLabel({ arm: job.kind, rule: job.rule }, input.edits);
  const share =
    job.kind === "train" && job.arm === "mixture" ? ` ${Math.round(100 * (job.share ?? 0))}%` : "";
  const generation = job.generation === 0 || share !== "" ? "" : `, generation ${job.generation}`;
  return `${name}${share}${generation}${input.seeds > 1 ? `, seed ${job.seed + 1} of ${input.seeds}` : ""}`;
}

function labelsOf({ input }: Bench, job: TrainJob): Record<string, string> {
  const share = job.arm === "mixture" ? { share: String(job.share) } : {};
  return {
    arm: armLabel(job, input.edits),
    generation: String(job.generation),
    seed: String(job.seed),
    ...share,
  };
}
