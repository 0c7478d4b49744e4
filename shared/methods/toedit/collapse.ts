import { createRandom } from "../../lm/random.ts";
import { windowsOf } from "../../lm/rows.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText, splitText } from "../text.ts";
import { collapseFindings } from "./collapse-findings.ts";
import { type Bench, judge, perform } from "./collapse-jobs.ts";
import { collapseReport } from "./collapse-report.ts";
import { type Collapsing, collapsing } from "./collapse-state.ts";
import { armsOf } from "./collapse-summary.ts";
import type { CollapseInput } from "./input.ts";
import type { CollapseOutput } from "./output.ts";
import { type Job, jobsOf, realRows, setLabel } from "./plan.ts";
import { cutRows } from "./row-set.ts";
import { smallConfig, trainSmall } from "./small-model.ts";
import { recursionsOf, unitOf } from "./theory.ts";

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
