import { dimension, type Graph, type Operation, sizeOf, type Value } from "./graph.ts";
import { live } from "./live.ts";

/** Floating-point operations of one run of a graph: a multiply-add is two. */
export interface Flops {
  /** Products of matrices and convolutions. */
  readonly products: number;
  /** One for each element that any other operation writes: a measure of memory traffic more than of arithmetic. */
  readonly elementwise: number;
}

const moves = new Set([
  "Reshape",
  "Transpose",
  "Concat",
  "Split",
  "Slice",
  "Pad",
  "Expand",
  "Gather",
  "ConstantOfShape",
]);

/** Counts what the named outputs need, operation by operation. */
export function flopsOf(graph: Graph, outputs: readonly Value[]): Flops {
  let [products, elementwise] = [0, 0];
  for (const node of live(graph, outputs).operations) {
    const inner = innerDimension(node);
    const written = node.outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0);
    if (inner !== undefined) products += 2 * inner * written;
    else if (!moves.has(node.type)) elementwise += written;
  }
  return { products, elementwise };
}

/** Multiply-adds that each element of a product takes; undefined for operations that are no product. */
function innerDimension({ type, inputs, outputs, attributes }: Operation): number | undefined {
  const [a, b] = inputs;
  const [y] = outputs;
  if (a === undefined || b === undefined || y === undefined) return undefined;
  switch (type) {
    case "FusedMatMul":
      return dimension(a.shape, attributes.transA === 1 ? -2 : -1);
    case "Conv":
      return sizeOf(b.shape.slice(1));
    case "ConvTranspose":
      return (sizeOf(a.shape) * sizeOf(b.shape.slice(1))) / sizeOf(y.shape);
    default:
      return undefined;
  }
}
