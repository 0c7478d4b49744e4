import * as z from "zod";
import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import type { ModelConfig } from "../../lm/config.ts";
import { windowsOf } from "../../lm/rows.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import { type LanguageModel, loadModel, modelFiles } from "../../lm/stored-model.ts";
import { createTraining, passesOf, type WeightValues } from "../../lm/training.ts";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { readText, type SplitText, splitText } from "../text.ts";
import { startOf, train, type Underway, underway } from "../train.ts";
import { lossesByLength } from "./comparing.ts";
import { continueReport } from "./continue-report.ts";
import { continueFindings } from "./findings.ts";
import type { ContinueInput } from "./input.ts";
import type { ContinueOutput } from "./output.ts";
import { fopePosition } from "./variants.ts";

/** Where a continued training stands. */
const continuing = z.object({
  before: lossesByLength,
  converted: lossesByLength,
  current: underway.optional(),
});
type Continuing = z.infer<typeof continuing>;

interface Bench {
  readonly input: ContinueInput;
  readonly ctx: RunContext;
  readonly model: LanguageModel;
  readonly fope: ModelConfig;
  readonly text: SplitText;
}

/** Gives a RoPE model FoPE's frequencies and trains it on at a longer context. */
export async function continueTraining(
  input: ContinueInput,
  ctx: RunContext,
): Promise<ContinueOutput | Paused> {
  const bench = await prepare(input, ctx);
  const { model, fope } = bench;
  const begun = (await ctx.checkpoint.load(continuing)) ?? {
    before: await losses(bench, model.config, model.weights, "the RoPE model"),
    converted: await losses(bench, fope, model.weights, "FoPE's tables, untrained"),
  };
  const trained = await trainOn(bench, begun);
  if (trained === "out of time") return ctx.pause();
  const { weights, state } = trained;
  const after = await losses(bench, fope, weights, "the continued model");
  const saved = await ctx.saveModel("fope-continued", modelFiles({ ...model, config: fope, weights }));
  const measured = { before: state.before, converted: state.converted, after };
  const output: ContinueOutput = {
    task: "continue",
    model: saved,
    ...measured,
    findings: continueFindings(measured, input.trainingLength),
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = continueReport({
    run,
    input,
    output,
    points: state.current?.curve.points ?? [],
    text: bench.text.name,
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

async function prepare(input: ContinueInput, ctx: RunContext): Promise<Bench> {
  const model = await loadModel(await ctx.model(input.model));
  const { position } = model.config;
  if (position.type !== "rope") {
    throw new Error(
      `model ${input.model} has ${position.type} positions: only a RoPE model can be continued`,
    );
  }
  if (position.rotaryDim !== undefined) {
    throw new Error(
      `model ${input.model} rotates part of each head: only one that rotates all can be continued`,
    );
  }
  const { name, text } = await readText(ctx, input);
  const { evaluationTokens, trainingLength, multiples } = input;
  const parts = splitText(model.tokenizer.encode(text), {
    evaluationTokens,
    longest: trainingLength * Math.max(...multiples),
    window: trainingLength,
  });
  const fourier = { ...input.fourier, theta: position.theta };
  const fope = {
    ...model.config,
    contextLength: trainingLength,
    position: fopePosition(fourier, trainingLength, ctx.seed),
  };
  return { input, ctx, model, fope, text: { name, ...parts } };
}

async function losses(
  { input, ctx, text }: Bench,
  config: ModelConfig,
  weights: WeightValues,
  what: string,
): Promise<{ length: number; loss: number }[]> {
  const found: { length: number; loss: number }[] = [];
  for (const multiple of input.multiples) {
    ctx.signal.throwIfAborted();
    const length = multiple * input.trainingLength;
    ctx.progress(0, `evaluating ${what} at ${length} tokens`);
    const scorer = await createScorer(config, weights, { length, threads: ctx.threads });
    try {
      found.push({ length, loss: await meanLoss(scorer, text.validation) });
    } finally {
      await scorer.release();
    }
  }
  return found;
}

async function trainOn(
  { input, ctx, model, fope, text }: Bench,
  begun: Continuing,
): Promise<{ weights: WeightValues; state: Continuing } | "out of time"> {
  const { steps, batch, learningRate, warmup, weightDecay, clipNorm } = input.training;
  const length = input.trainingLength;
  const schedule = cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) });
  const training = await createTraining(
    fope,
    {
      seed: ctx.seed,
      ...passesOf(batch, length),
      length,
      schedule,
      adamW: { ...adamWDefaults, weightDecay, clipNorm },
      threads: ctx.threads,
      rows: windowsOf(text.training, length),
    },
    startOf(begun.current, { from: "weights", weights: model.weights }),
  );
  const pace = checkpointPace(ctx);
  const stateWith = (current: Underway): Continuing => ({ ...begun, current });
  try {
    if (begun.current === undefined) await pace.save(begun);
    const current = await train(training, begun.current, {
      ctx,
      pace,
      steps,
      stateWith,
      report: (step, loss) =>
        ctx.progress((0.9 * step) / steps, `step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
    });
    if (current === "out of time") return current;
    const state = stateWith(current);
    await pace.save(state);
    return { weights: training.weights(), state };
  } finally {
    await training.release();
  }
}
