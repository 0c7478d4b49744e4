import { constant, type Graph, sameShape, sizeOf, type Value } from "./graph.ts";
import { add } from "./ops/elementwise.ts";

/**
 * Reverse-mode derivative: appends to the graph of `loss`, a scalar, the operations that compute
 * d loss / d target for each target, and answers them in order. A target that the loss does not depend
 * on gets zeros.
 */
export function gradients(loss: Value, targets: readonly Value[]): readonly Value[] {
  if (sizeOf(loss.shape) !== 1) throw new RangeError(`the loss must be a scalar, not [${loss.shape}]`);
  const { graph } = loss;
  const needed = dependents(graph, targets);
  const flowing = new Map<number, Value>([[loss.id, constant(graph, 1, loss.shape)]]);
  for (const node of graph.nodes.slice().reverse()) {
    const outputs = node.outputs.map((output) => flowing.get(output.id));
    const wanted = node.inputs.some((input) => input !== undefined && needed.has(input.id));
    if (!wanted || node.gradient === undefined || outputs.every((output) => output === undefined)) continue;
    const contributions = node.gradient(...outputs);
    node.inputs.forEach((input, position) => {
      const contribution = contributions[position];
      if (input === undefined || contribution === undefined || !needed.has(input.id)) return;
      accumulate(flowing, input, contribution);
    });
  }
  return targets.map(
    (target) =>
      flowing.get(target.id) ?? constant(graph, new Float32Array(sizeOf(target.shape)), target.shape),
  );
}

/** Ids of the targets and of all that is computed from them: only there a gradient must flow. */
function dependents(graph: Graph, targets: readonly Value[]): ReadonlySet<number> {
  const reached = new Set(targets.map((target) => target.id));
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => input !== undefined && reached.has(input.id))) {
      for (const output of node.outputs) reached.add(output.id);
    }
  }
  return reached;
}

function accumulate(flowing: Map<number, Value>, input: Value, contribution: Value): void {
  if (!sameShape(input.shape, contribution.shape)) {
    throw new Error(`a gradient of shape [${contribution.shape}] for a tensor of shape [${input.shape}]`);
  }
  const before = flowing.get(input.id);
  flowing.set(input.id, before === undefined ? contribution : add(before, contribution));
}
