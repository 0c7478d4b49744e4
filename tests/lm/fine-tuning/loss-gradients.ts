import { gradients } from "../../../shared/engine/gradient.ts";
import { div, neg, sum } from "../../../shared/engine/ops.ts";
import { compile, type Feeds } from "../../../shared/engine/program.ts";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import { exampleGraph } from "../../../shared/lm/fine-tuning/example-graph.ts";
import type { WeightValues } from "../../../shared/lm/training.ts";
import type { BatchShape } from "../../../shared/lm/transformer/self-attention.ts";
import type { TransformerOptions } from "../../../shared/lm/transformer/transformer.ts";

export interface Slopes {
  readonly loss: number;
  /** By weight. */
  readonly slopes: ReadonlyMap<string, Float32Array>;
}

/** The loss of instruction tuning and its gradient by the model's weights, or by the adapters where there are any. */
export async function lossGradients(
  config: ModelConfig,
  weights: WeightValues,
  shape: BatchShape,
  feeds: object,
  options: TransformerOptions = {},
): Promise<Slopes> {
  const model = exampleGraph(config, shape, options);
  const loss = div(neg(sum(model.logProbabilities)), sum(model.mask));
  const names = new Set((options.adapter ? model.adapters : model.weights).map(({ name }) => name));
  const inputs = model.graph.inputs.filter(({ name }) => names.has(name));
  const slopes = gradients(
    loss,
    inputs.map(({ value }) => value),
  );
  const named = Object.fromEntries(inputs.map(({ name }, i) => [`d ${name}`, slopes[i] ?? loss]));
  const program = await compile(model.graph, { loss, ...named }, { threads: 1 });
  const fed: Feeds = { ...Object.fromEntries(weights), ...feeds };
  const outputs = await program.run(fed);
  const copied = Object.entries(outputs).map(
    ([name, values]) => [name.replace(/^d /, ""), Float32Array.from(values, Number)] as const,
  );
  await program.release();
  const { loss: value = new Float32Array(), ...rest } = Object.fromEntries(copied);
  return { loss: value[0] ?? Number.NaN, slopes: new Map(Object.entries(rest)) };
}

/**
 * Largest difference of two gradients, relative to each weight's largest slope, or to a hundredth of the largest of
 * all where that is more: a slope that is 0 but for rounding says nothing.
 */
export function slopeError(one: Slopes, other: Slopes): number {
  const most = (slope: Float32Array, least = 0) =>
    slope.reduce((largest, value) => Math.max(largest, Math.abs(value)), least);
  const floor = 1e-2 * Math.max(...[...one.slopes.values()].map((slope) => most(slope)));
  let worst = 0;
  for (const [name, slope] of one.slopes) {
    const beside = other.slopes.get(name) ?? new Float32Array();
    const largest = most(slope, floor);
    for (const [i, value] of slope.entries())
      worst = Math.max(worst, Math.abs(value - (beside[i] ?? Number.POSITIVE_INFINITY)) / largest);
  }
  return one.slopes.size === other.slopes.size ? worst : Number.POSITIVE_INFINITY;
}
