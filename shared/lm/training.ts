import type { AdamWOptions } from "../engine/adamw.ts";
import { type Graph, input, type Value } from "../engine/graph.ts";
import { crossEntropy, mean } from "../engine/ops.ts";
import type { Feeds } from "../engine/program.ts";
import type { Schedule } from "../engine/schedule.ts";
import { createTrainer, initialState, type StepCost, type TrainingState } from "../engine/trainer.ts";
import type { ModelConfig } from "./config.ts";
import { createRandom, type Random, type RandomState, restoreRandom } from "./random.ts";
import { createRowFeeds, placeRow, type RowSource } from "./rows.ts";
import { initialWeights, type Weight } from "./transformer/parameters.ts";
import { transformer } from "./transformer/transformer.ts";

/** Model weights by name, in the shapes that the configuration gives. */
export type WeightValues = ReadonlyMap<string, Float32Array>;

export interface TrainingOptions {
  readonly seed: number;
  /** Rows a forward pass. */
  readonly batch: number;
  /** Forward passes whose mean gradient makes one update. */
  readonly accumulation?: number;
  /** Tokens of a row that are trained on. */
  readonly length: number;
  readonly schedule: Schedule;
  readonly adamW: AdamWOptions;
  readonly threads: number;
  readonly rows: RowSource;
}

/** What a training needs to go on to the same bytes: plain data over typed arrays, a copy of its own. */
export interface TrainingCheckpoint extends TrainingState {
  readonly random: RandomState;
}

export interface StepResult {
  /** Updates done, this one included. */
  readonly step: number;
  /** Mean cross-entropy of the step's tokens before the update, in nats. */
  readonly loss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  readonly tokens: number;
}

/** The loss of a training is no longer finite. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
}

export interface Training {
  readonly step: number;
  readonly parameters: number;
  /** What one forward and backward pass computes and holds. */
  readonly cost: StepCost;
  /** Forward and backward passes of an update. */
  readonly passes: number;
  /** One update. Throws DivergenceError when the loss is no longer finite. */
  advance(): Promise<StepResult>;
  checkpoint(): TrainingCheckpoint;
  /** The current weights, copied. */
  weights(): WeightValues;
  release(): Promise<void>;
}

/** Where a training begins: at random weights, at given ones, or where a checkpoint was taken. */
export type TrainingStart =
  | { readonly from: "scratch" }
  | { readonly from: "weights"; readonly weights: WeightValues }
  | { readonly from: "checkpoint"; readonly checkpoint: TrainingCheckpoint };

/** Trains a language model by next-token cross-entropy. Same options, same bytes, also across a checkpoint. */
export async function createTraining(
  config: ModelConfig,
  options: TrainingOptions,
  start: TrainingStart,
): Promise<Training> {
  const { batch, length, rows } = options;
  const model = transformer(config, { batch, length });
  const targets = input(model.graph, "targets", "int64", [batch * length]);
  const loss = mean(crossEntropy(model.logits, targets));
  const feeds = createRowFeeds(batch, length);
  const row = new Int32Array(length + 1);
  const pass = (random: Random) => {
    for (let at = 0; at < batch; at++) {
      rows(random, row);
      placeRow(feeds, row, at);
    }
    return { ...feeds };
  };
  return trainOn({ ...model, loss, tokens: batch * length }, pass, options, start);
}

/** A loss over the weights of a model, and the tokens of its forward pass. */
export interface TrainedLoss {
  readonly graph: Graph;
  readonly weights: readonly Weight[];
  readonly loss: Value;
  readonly tokens: number;
  /** Further inputs of the graph, which stay as they are. */
  readonly frozen?: WeightValues;
}

/** Trains by any loss; `pass` draws what one forward pass is fed. Same options, same bytes, also across a checkpoint. */
export async function trainOn(
  { graph, weights, loss, tokens, frozen = new Map() }: TrainedLoss,
  pass: (random: Random) => Feeds,
  {
    accumulation = 1,
    schedule,
    threads,
    adamW,
    seed,
  }: Pick<TrainingOptions, "accumulation" | "schedule" | "threads" | "adamW" | "seed">,
  start: TrainingStart,
): Promise<Training> {
  const initial =
    start.from === "checkpoint"
      ? copyState(start.checkpoint)
      : initialState(weights, start.from === "weights" ? start.weights : initialWeights(weights, seed));
  const random =
    start.from === "checkpoint"
      ? restoreRandom(start.checkpoint.random)
      : createRandom(seed, "training rows");
  const constant = Object.fromEntries(frozen);
  const trainer = await createTrainer(graph, loss, weights, initial, { adamW, threads });
  return {
    get step() {
      return trainer.state.step;
    },
    parameters: initial.parameters.length,
    cost: trainer.cost,
    passes: accumulation,
    async advance() {
      let total = 0;
      for (let at = 0; at < accumulation; at++)
        total += await trainer.accumulate({ ...constant, ...pass(random) });
      const gradientNorm = trainer.update(schedule(trainer.state.step));
      if (!Number.isFinite(total) || !Number.isFinite(gradientNorm)) {
        throw new DivergenceError(
          `the loss is no longer finite at step ${trainer.state.step}: try a lower learning rate`,
        );
      }
      return {
        step: trainer.state.step,
        loss: total / accumulation,
        gradientNorm,
        tokens: accumulation * tokens,
      };
    },
    checkpoint: () => ({ ...copyState(trainer.state), random: random.state() }),
    weights: () => new Map([...trainer.parameters].map(([name, values]) => [name, values.slice()])),
    release: trainer.release,
  };
}

function copyState({ parameters, first, second, step }: TrainingState): TrainingState {
  return { parameters: parameters.slice(), first: first.slice(), second: second.slice(), step };
}

/** Tokens of one forward and backward pass: bounds its memory, and how long nothing else is heard. */
const passTokens = 4096;

/** `rows` in passes of equal size, as few as keep a pass within 4,096 tokens: the batch and accumulation of a step. */
export function passesOf(rows: number, length: number): { batch: number; accumulation: number } {
  let accumulation = Math.min(rows, Math.ceil((rows * length) / passTokens));
  while (rows % accumulation !== 0) accumulation++;
  return { batch: rows / accumulation, accumulation };
}
