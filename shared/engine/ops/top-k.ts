import { dimension, integers, operation, type Value } from "../graph.ts";
import { gatherElements } from "./gather.ts";

/**
 * The k largest along the last axis, the largest first and of equals the one that comes first, with their
 * int64 places. The gradient goes to the chosen elements.
 */
export function topK(x: Value, k: number): { readonly values: Value; readonly indices: Value } {
  if (k > dimension(x.shape, -1)) throw new RangeError(`the ${k} largest of [${x.shape}]`);
  const shape = [...x.shape.slice(0, -1), k];
  const outputs = [{ dtype: x.dtype, shape } as const, { dtype: "int64", shape } as const];
  const [, indices] = operation(x.graph, "TopK", [x, integers(x.graph, [k])], outputs, {
    attributes: { axis: -1, largest: 1, sorted: 1 },
  });
  if (indices === undefined) throw new Error("two outputs expected");
  return { values: gatherElements(x, indices), indices };
}
