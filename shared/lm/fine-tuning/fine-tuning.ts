import { div, neg, sum } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { Random } from "../random.ts";
import {
  type TrainedLoss,
  type Training,
  type TrainingOptions,
  type TrainingStart,
  trainOn,
} from "../training.ts";
import { type AdapterTuning, trainedOf } from "./adapter-tuning.ts";
import {
  createExampleFeeds,
  createPackedFeeds,
  type Example,
  lengthOf,
  placeExample,
  placeExamples,
} from "./example.ts";
import { type ExampleGraph, exampleGraph } from "./example-graph.ts";
import type { OutcomeLossName } from "./outcome-loss.ts";
import { type OutcomeLossOptions, outcomeLoss, rowsPerExample } from "./outcome-loss.ts";

export interface FineTuningOptions
  extends Pick<
    TrainingOptions,
    "seed" | "batch" | "accumulation" | "length" | "schedule" | "adamW" | "threads"
  > {
  /** All weights are trained when absent. */
  readonly adapter?: AdapterTuning | undefined;
}

/** Instruction tuning: mean cross-entropy over the tokens of responses alone. `draw` gives one row. */
export function createInstructionTuning(
  config: ModelConfig,
  options: FineTuningOptions,
  draw: (random: Random) => Example,
  start: TrainingStart,
): Promise<Training> {
  const { batch, length, adapter } = options;
  const graph = exampleGraph(config, { batch, length }, { adapter });
  const feeds = createExampleFeeds(batch, length);
  const pass = (random: Random) => {
    for (let place = 0; place < batch; place++) placeExample(feeds, draw(random), { place, length });
    return { ...feeds };
  };
  return trainOn(instructionLoss(graph, options), pass, options, start);
}

/**
 * The same where a row holds several examples, one after another, none of which sees another: `draw` gives those of
 * one row, at most `longest` tokens each (see `lengthOf`).
 */
export function createPackedTuning(
  config: ModelConfig,
  options: FineTuningOptions & { readonly longest: number },
  draw: (random: Random) => readonly Example[],
  start: TrainingStart,
): Promise<Training> {
  const { batch, length, adapter, longest } = options;
  const graph = exampleGraph(config, { batch, length }, { adapter, longest });
  const feeds = createPackedFeeds(batch, length);
  const pass = (random: Random) => {
    for (let place = 0; place < batch; place++) {
      const examples = draw(random);
      const tooLong = examples.map(lengthOf).find((used) => used > longest);
      if (tooLong !== undefined)
        throw new RangeError(`an example of ${tooLong} tokens, and longest ${longest}`);
      placeExamples(feeds, examples, { place, length });
    }
    return { ...feeds };
  };
  return trainOn(instructionLoss(graph, options), pass, options, start);
}

/** Every token of a response counts the same, whichever row it is in. */
function instructionLoss(
  { graph, logProbabilities, mask, ...weights }: ExampleGraph,
  { batch, length, adapter }: FineTuningOptions,
): TrainedLoss {
  const loss = div(neg(sum(logProbabilities)), sum(mask));
  return { graph, ...trainedOf(weights, adapter), loss, tokens: batch * length };
}

/** A row with log p of its response under the frozen reference, which is evaluated once. */
export interface ReferencedExample extends Example {
  readonly reference: number;
}

/** What one example of an outcome loss is fed: one row or two (see `outcomeLoss`), and its label. */
export interface OutcomeExample {
  readonly rows: readonly ReferencedExample[];
  /** 1 right, 0 wrong. A loss over pairs does not read it. */
  readonly label: number;
}

/** Trains by a loss over outcome rewards. `batch` counts examples; the two rows of a pair go through together. */
export function createOutcomeTuning(
  config: ModelConfig,
  options: FineTuningOptions & Omit<OutcomeLossOptions, "examples">,
  draw: (random: Random) => OutcomeExample,
  start: TrainingStart,
): Promise<Training> {
  const { batch: examples, length, loss: name, adapter } = options;
  const each = rowsPerExample(name);
  const batch = examples * each;
  const { graph, logProbabilities, ...weights } = exampleGraph(config, { batch, length }, { adapter });
  const loss = outcomeLoss(graph, sum(logProbabilities, [1]), { ...options, examples });
  const feeds = { ...createExampleFeeds(batch, length), ...outcomeFeeds(name, examples) };
  const pass = (random: Random) => {
    for (let at = 0; at < examples; at++) {
      const { rows, label } = draw(random);
      if (rows.length !== each) throw new RangeError(`${name} takes ${each} rows an example`);
      for (const [side, row] of rows.entries()) {
        const place = side * examples + at;
        placeExample(feeds, row, { place, length });
        feeds.reference[place] = row.reference;
      }
      feeds.labels[at] = label;
    }
    return { ...feeds };
  };
  const trained = { graph, ...trainedOf(weights, adapter), loss, tokens: batch * length };
  return trainOn(trained, pass, options, start);
}

function outcomeFeeds(loss: OutcomeLossName, examples: number) {
  return {
    reference: new Float32Array(examples * rowsPerExample(loss)),
    labels: new Float32Array(examples),
  };
}
