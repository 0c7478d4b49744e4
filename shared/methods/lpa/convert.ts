import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import type { ModelConfig } from "../../lm/config.ts";
import { type Tokens, windowsOf } from "../../lm/rows.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import { type LanguageModel, loadModel, modelFiles, parametersOf } from "../../lm/stored-model.ts";
import { createTraining, passesOf, type WeightValues } from "../../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { readText, splitText } from "../text.ts";
import { startOf, train } from "../train.ts";
import { convertFindings } from "./convert-findings.ts";
import { convertReport } from "./convert-report.ts";
import { type Converting, converting, type Judged } from "./converting.ts";
import { type Cut, type Factoring, factorLayer, noLayers } from "./factoring.ts";
import type { ConvertInput } from "./input.ts";
import { inputMoments } from "./moments.ts";
import type { ConvertOutput, FactoredResult } from "./output.ts";

interface Bench {
  readonly input: ConvertInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly model: LanguageModel;
  readonly length: number;
  readonly text: { readonly name: string; readonly training: Tokens; readonly validation: Tokens };
}

/** A model to judge: the dense one as it came, or one with a factored attention. */
interface Candidate {
  readonly key: string;
  readonly config: ModelConfig;
  readonly weights: WeightValues;
}

/** Factors a model's attention to low rank, and scores it before and after a short fine-tuning. */
export async function convert(input: ConvertInput, ctx: RunContext): Promise<ConvertOutput | Paused> {
  const bench = await prepare(input, ctx);
  const begun = (await ctx.checkpoint.load(converting)) ?? { factoring: noLayers(input), judged: [] };
  const factored = await factorAll(bench, begun);
  if (factored === "out of time") return ctx.pause();
  let state = factored;
  for (const candidate of candidatesOf(bench.model, state.factoring.cuts).slice(state.judged.length)) {
    const after = await judge(bench, candidate, state);
    if (after === "out of time") return ctx.pause();
    state = after;
    await bench.pace.save(state);
  }
  return conclude(bench, state);
}

async function prepare(input: ConvertInput, ctx: RunContext): Promise<Bench> {
  const model = await loadModel(await ctx.model(input.model));
  const { attention, dModel, contextLength } = model.config;
  if (attention.type !== "dense") {
    throw new Error(`model ${input.model} has ${attention.type} attention: only dense attention is factored`);
  }
  const tooHigh = input.ranks.find((rank) => rank > dModel);
  if (tooHigh !== undefined) {
    throw new RangeError(`rank ${tooHigh} is above the width of model ${input.model}, ${dModel}`);
  }
  const { name, text } = await readText(ctx, input);
  const length = input.trainingLength ?? contextLength;
  const { evaluationTokens } = input;
  const parts = splitText(model.tokenizer.encode(text), {
    evaluationTokens,
    longest: length,
    window: length,
  });
  return { input, ctx, pace: checkpointPace(ctx), model, length, text: { name, ...parts } };
}

/** Factors the layers that are not yet; the inputs' moments are taken anew by each slice that needs them. */
async function factorAll(bench: Bench, begun: Converting): Promise<Converting | "out of time"> {
  const { input, ctx, pace, model, length, text } = bench;
  const { layers } = model.config;
  let state = begun;
  if (state.factoring.layers === layers) return state;
  ctx.progress(0, "taking the second moments of the projections' inputs");
  const calibration = text.training.subarray(0, Math.max(input.calibrationTokens, length) + 1);
  const { threads, signal } = ctx;
  const moments = await inputMoments(model, calibration, { length, threads, signal });
  while (state.factoring.layers < layers) {
    signal.throwIfAborted();
    if (ctx.outOfTime()) {
      await pace.save(state);
      return "out of time";
    }
    ctx.progress(0, `factoring layer ${state.factoring.layers + 1} of ${layers}`);
    state = { ...state, factoring: factorLayer(model, moments, state.factoring) };
    const current = state;
    await pace.offer(() => current);
  }
  await pace.save(state);
  return state;
}

function candidatesOf({ config, weights }: LanguageModel, cuts: Factoring["cuts"]): readonly Candidate[] {
  return [
    { key: "dense", config, weights },
    ...cuts.map(({ key, rank, maps }) => ({
      key,
      config: lowRankOf(config, rank),
      weights: new Map([...weights, ...maps]),
    })),
  ];
}

function lowRankOf(config: ModelConfig, rank: number): ModelConfig {
  return { ...config, attention: { type: "low-rank", rank, initialisation: "variance-matched" } };
}

/** Scores, fine-tunes, scores again and stores one model, from where `state` says it stands. */
async function judge(
  bench: Bench,
  candidate: Candidate,
  begun: Converting,
): Promise<Converting | "out of time"> {
  const { input, ctx, pace } = bench;
  const { key, config, weights } = candidate;
  if (begun.before === undefined && ctx.outOfTime()) {
    await pace.save(begun);
    return "out of time";
  }
  const share = shareDone(begun);
  const before = begun.before ?? (await score(bench, candidate, share));
  const state: Converting = { ...begun, before };
  if (begun.before === undefined) await pace.save(state);
  const tuned = input.fineTuning.steps === 0 ? undefined : await fineTune(bench, candidate, state);
  if (tuned === "out of time") return tuned;
  const after =
    tuned === undefined ? null : await score(bench, { key, config, weights: tuned.weights }, share);
  const model =
    key === "dense" ? null : await store(bench, { key, config, weights: tuned?.weights ?? weights });
  const { factoring, judged } = begun;
  return { factoring, judged: [...judged, { key, before, after, model, points: tuned?.points ?? [] }] };
}

/** Share of the models that are judged, with a part of the next one. */
function shareDone({ judged, factoring }: Converting, part = 0): number {
  return (judged.length + part) / (1 + factoring.cuts.length);
}

async function score(
  { ctx, length, text }: Bench,
  { key, config, weights }: Candidate,
  share: number,
): Promise<number> {
  ctx.signal.throwIfAborted();
  ctx.progress(share, `${key}: evaluating`);
  const scorer = await createScorer(config, weights, { length, threads: ctx.threads });
  try {
    return await meanLoss(scorer, text.validation);
  } finally {
    await scorer.release();
  }
}

async function store({ ctx, model }: Bench, { key, config, weights }: Candidate): Promise<string> {
  return ctx.saveModel(`lpa-${key}`, modelFiles({ ...model, config, weights }));
}

async function fineTune(
  { input, ctx, pace, length, text }: Bench,
  { key, config, weights }: Candidate,
  state: Converting,
) {
  const { steps, batch, warmup, weightDecay, clipNorm, learningRate } = input.fineTuning;
  const training = await createTraining(
    config,
    {
      seed: ctx.seed,
      ...passesOf(batch, length),
      length,
      schedule: cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) }),
      adamW: { ...adamWDefaults, weightDecay, clipNorm },
      threads: ctx.threads,
      rows: windowsOf(text.training, length),
    },
    startOf(state.current, { from: "weights", weights }),
  );
  try {
    const current = await train(training, state.current, {
      ctx,
      pace,
      steps,
      labels: { model: key },
      stateWith: (now) => ({ ...state, current: now }),
      report: (step, loss) => {
        ctx.progress(
          shareDone(state, step / steps),
          `${key}: step ${step} of ${steps}, loss ${loss.toFixed(3)}`,
        );
      },
    });
    if (current === "out of time") return current;
    if (ctx.outOfTime()) {
      await pace.save({ ...state, current });
      return "out of time";
    }
    return { weights: training.weights(), points: [...current.curve.points] };
  } finally {
    await training.release();
  }
}

async function conclude(
  { input, ctx, model, text, length }: Bench,
  state: Converting,
): Promise<ConvertOutput> {
  const [dense, ...others] = state.judged;
  if (dense === undefined) throw new Error("the dense model was not judged");
  const models = state.factoring.cuts.map((cut, at): FactoredResult => {
    const own = others[at];
    if (own?.key !== cut.key || own.model === null) throw new Error(`${cut.key} was not judged`);
    return {
      factorisation: cut.factorisation,
      rank: cut.rank,
      model: own.model,
      parameters: parametersOf(lowRankOf(model.config, cut.rank)),
      ...errorsOf(cut),
      ...lossesOf(own),
    };
  });
  const original = { parameters: parametersOf(model.config), ...lossesOf(dense) };
  const findings = convertFindings({ original, models });
  const output: ConvertOutput = { task: "convert", original, models, findings };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = convertReport({ run, input, output, judged: state.judged, length, text: text.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

function errorsOf({ error }: Cut): Pick<FactoredResult, "weightError" | "outputError"> {
  return {
    weightError: Math.sqrt(error.weight / error.weightNorm),
    outputError: Math.sqrt(error.output / error.outputNorm),
  };
}

function lossesOf({ before, after }: Judged) {
  return { before: scored(before), after: after === null ? null : scored(after) };
}

const scored = (loss: number) => ({ loss, perplexity: Math.exp(loss) });
