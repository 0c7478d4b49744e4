import { createRandom } from "../../lm/random.ts";
import { windowsOf } from "../../lm/rows.ts";
import { type LanguageModel, loadModel } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { WeightValues } from "../../lm/training.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText } from "../text.ts";
import type { Underway } from "../train.ts";
import type { EditInput } from "./input.ts";
import { smallConfig, trainSmall } from "./small-model.ts";

export type PriorOptions = Pick<EditInput, "model" | "prior" | "window" | "overlap">;

/** The model whose probabilities decide, and how much of a document it reads at a time. */
export interface Prior extends LanguageModel {
  readonly name: string;
  /** Tokens of a window, and those that it shares with the one before it. */
  readonly window: number;
  readonly overlap: number;
}

/** Where the prior of a run stands: in training, or trained; empty for one that was given. */
export interface PriorState {
  readonly training?: Underway | undefined;
  readonly weights?: WeightValues | undefined;
}

/** Longest window where neither the input nor the model says less. */
const longestWindow = 1024;

export interface Opening {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly options: PriorOptions;
  /** What of the run's text trains the small prior. */
  readonly trainingText: (text: string) => string;
  /** Share of the run's progress that the training takes. */
  readonly share: number;
  stateWith(prior: PriorState): unknown;
}

/** Loads the given model, or trains the small one where it is not trained yet. */
export async function openPrior(
  opening: Opening,
  state: PriorState,
): Promise<{ readonly prior: Prior; readonly state: PriorState } | "out of time"> {
  const { ctx, options } = opening;
  if (options.model !== undefined) {
    const content = await ctx.model(options.model);
    return { prior: priorOf(await loadModel(content), options, content.name), state: {} };
  }
  const { prior: plan } = options;
  const config = smallConfig(plan.model, plan.trainingLength);
  const trained = await trainedPrior(opening, config, state);
  if (trained === "out of time") return trained;
  const model = { config, weights: trained.weights, tokenizer: byteTokenizer };
  const name = `a small model over bytes (d ${plan.model.dModel}, ${plan.model.layers} layers), trained in this run`;
  return { prior: priorOf(model, options, name), state: trained };
}

function priorOf(model: LanguageModel, options: PriorOptions, name: string): Prior {
  const { contextLength, position } = model.config;
  const window = options.window ?? Math.min(contextLength + 1, longestWindow);
  if (position.type === "learned" && window > position.length + 1) {
    throw new RangeError(
      `window: ${name} has learned positions for ${position.length} tokens, and one more is read`,
    );
  }
  return { ...model, name, window, overlap: Math.floor(options.overlap * window) };
}

async function trainedPrior(
  { ctx, pace, options: { prior: plan }, trainingText, share, stateWith }: Opening,
  config: LanguageModel["config"],
  { weights, training }: PriorState,
): Promise<{ readonly weights: WeightValues } | "out of time"> {
  if (weights !== undefined) return { weights };
  const { text } = await readText(ctx, plan);
  const bytes = byteTokenizer.encode(trainingText(text));
  if (bytes.length <= plan.trainingLength) {
    const needed = plan.trainingLength + 1;
    throw new RangeError(
      `prior: ${bytes.length} bytes of text are too few to train on: ${needed} are needed`,
    );
  }
  const { steps } = plan.training;
  const trained = await trainSmall(
    {
      ctx,
      pace,
      config,
      length: plan.trainingLength,
      training: plan.training,
      seed: createRandom(ctx.seed, "prior").next(),
      rows: windowsOf(bytes, plan.trainingLength),
      labels: { model: "prior" },
      stateWith: (now) => stateWith({ training: now }),
      report: (step, loss) =>
        ctx.progress(
          (share * step) / steps,
          `training the prior: step ${step} of ${steps}, loss ${loss.toFixed(3)}`,
        ),
    },
    training,
  );
  if (trained === "out of time") return trained;
  const done = { weights: trained.weights };
  await storeTrained(ctx, "toedit-prior", config, done.weights, plan.trainingLength);
  await pace.save(stateWith(done));
  return done;
}
