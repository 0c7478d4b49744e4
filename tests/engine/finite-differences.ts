import { gradients } from "../../shared/engine/gradient.ts";
import { createGraph, input, type Shape, sizeOf, type Value } from "../../shared/engine/graph.ts";
import { mul, sum } from "../../shared/engine/ops.ts";
import { compile } from "../../shared/engine/program.ts";
import { createRandom } from "../../shared/lm/random.ts";

export interface Differentiable {
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly values?: readonly number[];
    readonly fixed?: boolean;
  }[];
  /** Samples of an input that has no values, from a standard normal draw; away from kinks where there are any. */
  readonly sample?: (normal: number) => number;
  /** Called with the inputs in order, then the indices if there are any. */
  readonly build: (a: Value, b: Value, c: Value) => Value;
  readonly indices?: { readonly shape: Shape; readonly values: readonly number[] };
}

export interface Slope {
  readonly input: number;
  readonly analytic: Float32Array;
  readonly numeric: Float32Array;
}

const step = 2e-2;

/**
 * Gradients of a random weighting of what `build` computes, by the engine and by central differences of
 * fourth order, for each input that is not fixed. Sums are kept small, so that float32 leaves four digits.
 */
export async function slopes({
  inputs,
  sample = (x) => x,
  build,
  indices,
}: Differentiable): Promise<readonly Slope[]> {
  const random = createRandom(7, "finite differences");
  const graph = createGraph();
  const values = inputs.map(({ shape, values: given }) =>
    given === undefined
      ? Float32Array.from({ length: sizeOf(shape) }, () => sample(random.normal()))
      : Float32Array.from(given),
  );
  const tensors = inputs.map(({ shape }, i) => input(graph, `x${i}`, "float32", shape));
  const extra = indices === undefined ? [] : [input(graph, "indices", "int64", indices.shape)];
  const y = build(...([...tensors, ...extra] as unknown as [Value, Value, Value])); // a case takes as many as it declares
  const weighting = input(graph, "weighting", "float32", y.shape);
  const loss = sum(mul(y, weighting));
  const dx = gradients(loss, tensors);
  const feeds = {
    ...Object.fromEntries(values.map((data, i) => [`x${i}`, data])),
    weighting: Float32Array.from({ length: sizeOf(y.shape) }, () => random.normal()),
    ...(indices && { indices: BigInt64Array.from(indices.values, BigInt) }),
  };
  const forward = await compile(graph, { loss }, { threads: 1 });
  const backward = await compile(graph, Object.fromEntries(dx.map((value, i) => [`d${i}`, value])), {
    threads: 1,
  });
  const analytic = await backward.run(feeds);
  const lossNow = async () => Number((await forward.run(feeds)).loss[0]);
  const result: Slope[] = [];
  for (const [i, data] of values.entries()) {
    if (inputs[i]?.fixed) continue;
    const numeric = new Float32Array(data.length);
    for (let at = 0; at < data.length; at++) numeric[at] = await centralDifference(data, at, lossNow);
    result.push({ input: i, analytic: Float32Array.from(analytic[`d${i}`] as Float32Array), numeric });
  }
  await forward.release();
  await backward.release();
  return result;
}

async function centralDifference(
  data: Float32Array,
  at: number,
  loss: () => Promise<number>,
): Promise<number> {
  const before = data[at] ?? 0;
  const shifted = async (by: number) => {
    data[at] = before + by;
    return loss();
  };
  const [far, near] = [
    (await shifted(2 * step)) - (await shifted(-2 * step)),
    (await shifted(step)) - (await shifted(-step)),
  ];
  data[at] = before;
  return (8 * near - far) / (12 * step);
}

/** Largest |analytic - numeric| over the largest |numeric|: the relative error of a gradient as a whole. */
export function relativeError({ analytic, numeric }: Slope): number {
  let [error, size] = [0, 1e-3];
  for (const [i, value] of numeric.entries()) {
    error = Math.max(error, Math.abs(value - (analytic[i] ?? Number.NaN)));
    size = Math.max(size, Math.abs(value));
  }
  return error / size;
}
