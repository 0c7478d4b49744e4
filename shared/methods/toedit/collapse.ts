import type { ModelConfig } from "../../lm/config.ts";
import { createRandom } from "../../lm/random.ts";
import { windowsOf } from "../../lm/rows.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { WeightValues } from "../../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText, splitText } from "../text.ts";
import { collapseFindings } from "./collapse-findings.ts";
import { collapseReport } from "./collapse-report.ts";
import { type Collapsing, collapsing } from "./collapse-state.ts";
import { armsOf } from "./collapse-summary.ts";
import { editAtRandom, editRows } from "./edit-rows.ts";
import type { CollapseInput, EditRule } from "./input.ts";
import type { CollapseOutput } from "./output.ts";
import { armLabel, type EditJob, type Job, jobsOf, realRows, setLabel, type TrainJob } from "./plan.ts";
import { cutRows, joined, mixed, type RowSet, rowsOf } from "./row-set.ts";
import { smallConfig, trainSmall } from "./small-model.ts";
import { recursionsOf, unitOf } from "./theory.ts";
import { rowWriter } from "./write-rows.ts";

interface Bench {
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

/** Models through generations of their own text, on mixtures, and on edited text, all judged on held-out real text. */
export async function collapse(input: CollapseInput, ctx: RunContext): Promise<CollapseOutput | Paused> {
  const bench = await prepare(input, ctx);
  let state: Collapsing = (await ctx.checkpoint.load(collapsing)) ?? {
    prior: {},
    job: 0,
    trials: [],
    curves: [],
    seed: -1,
    sets: {},
    rates: {},
  };
  const ready = await withPrior(bench, state);
  if (ready === "out of time") return ctx.pause();
  state = ready;
  for (const job of bench.jobs.slice(state.job)) {
    if (ctx.outOfTime()) {
      await bench.pace.save(state);
      return ctx.pause();
    }
    ctx.signal.throwIfAborted();
    const after = await perform(bench, job, withSets(bench, job, state));
    if (after === "out of time") return ctx.pause();
    const { current: _, ...done } = after;
    state = { ...done, job: state.job + 1 };
    await bench.pace.save(state);
  }
  return conclude(bench, state);
}

async function prepare(input: CollapseInput, ctx: RunContext): Promise<Bench> {
  const { name, text } = await readText(ctx, input);
  const { trainingLength: length, evaluationTokens } = input;
  const bytes = new TextEncoder().encode(text);
  const { training, validation } = splitText(bytes, {
    evaluationTokens,
    longest: length,
    window: 2 * (length + 1),
  });
  const middle = Math.floor(training.length / 2);
  const part = (from: number, to: number) => Uint8Array.from(training.subarray(from, to));
  return {
    input,
    ctx,
    pace: checkpointPace(ctx),
    config: smallConfig(input.model, length),
    jobs: jobsOf(input),
    text: {
      name,
      prior: part(0, middle),
      training: part(middle, training.length),
      validation: Uint8Array.from(validation),
    },
  };
}

/** Trains the prior on its own part of the text; needed only where there are edits. */
async function withPrior(bench: Bench, state: Collapsing): Promise<Collapsing | "out of time"> {
  const { input, ctx, pace, config, text, jobs } = bench;
  if (state.prior.bitsPerByte !== undefined || input.edits.length === 0) return state;
  const { trainingLength: length, training } = input;
  const trained = await trainSmall(
    {
      ctx,
      pace,
      config,
      length,
      training,
      seed: createRandom(ctx.seed, "prior").next(),
      rows: windowsOf(text.prior, length),
      labels: { model: "prior" },
      stateWith: (now) => ({ ...state, prior: { training: now } }),
      report: (step, loss) =>
        ctx.progress(
          step / training.steps / (jobs.length + 1),
          `prior: step ${step} of ${training.steps}, loss ${loss.toFixed(3)}`,
        ),
    },
    state.prior.training,
  );
  if (trained === "out of time") return trained;
  const bitsPerByte = await judge(bench, trained.weights);
  await storeTrained(ctx, "toedit-prior", config, trained.weights, length);
  const after = { ...state, prior: { weights: trained.weights, bitsPerByte } };
  await pace.save(after);
  return after;
}

/** The state with the real rows of the job's seed, without what the seed before it left. */
function withSets({ input, ctx, text }: Bench, { seed }: Job, state: Collapsing): Collapsing {
  if (state.seed === seed) return state;
  const random = createRandom(ctx.seed, "real rows", seed);
  const rows = cutRows(text.training, input.rows, input.trainingLength + 1, random);
  return { ...state, seed, sets: { [realRows]: rows.bytes }, rates: {} };
}

function perform(bench: Bench, job: Job, state: Collapsing): Promise<Collapsing | "out of time"> {
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
async function judge({ input, ctx, config, text }: Bench, weights: WeightValues): Promise<number> {
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

async function conclude({ input, ctx, text }: Bench, state: Collapsing): Promise<CollapseOutput> {
  const arms = armsOf(input, state.trials);
  const recursions = recursionsOf(input.theory, ctx.seed);
  const output: CollapseOutput = {
    task: "collapse",
    arms,
    prior: { bitsPerByte: state.prior.bitsPerByte ?? null },
    theory: { unit: unitOf(input.theory), recursions },
    findings: collapseFindings(input, arms, recursions),
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const sample = Object.entries(state.sets).flatMap(([set, bytes]) => {
    const name = setLabel(set, input.edits);
    if (name === undefined) return [];
    return [{ name, text: byteTokenizer.decode(bytes.subarray(0, 3 * (input.trainingLength + 1))) }];
  });
  for (const { name, body, type } of collapseReport({
    run,
    input,
    output,
    curves: state.curves,
    text: text.name,
    sample,
  })) {
    await ctx.artifact(name, body, type);
  }
  return output;
}
