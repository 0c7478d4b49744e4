import { type Constant, type Graph, type Input, isRegion, type Operation, type Value } from "./graph.ts";

/** What a set of outputs needs of a graph: dead code is gone and aliases are resolved to what they name. */
export interface LiveGraph {
  readonly inputs: readonly Input[];
  readonly constants: readonly Constant[];
  readonly operations: readonly Operation[];
  /** Id of the value that holds the data of the value with this id. */
  readonly resolve: (id: number) => number;
}

export function live(graph: Graph, outputs: readonly Value[]): LiveGraph {
  const alias = new Map<number, number>();
  for (const node of graph.nodes) {
    if (!isRegion(node)) continue;
    node.outputs.forEach((output, position) => {
      const aliased = node.aliased[position];
      if (aliased !== undefined) alias.set(output.id, aliased.id);
    });
  }
  const resolve = (id: number): number => {
    const target = alias.get(id);
    return target === undefined ? id : resolve(target);
  };
  const needed = new Set(outputs.map((output) => resolve(output.id)));
  const operations: Operation[] = [];
  for (const node of graph.nodes.slice().reverse()) {
    if (isRegion(node) || !node.outputs.some((output) => needed.has(output.id))) continue;
    operations.push(node);
    for (const input of node.inputs) if (input !== undefined) needed.add(resolve(input.id));
  }
  return {
    inputs: graph.inputs.filter((given) => needed.has(given.value.id)),
    constants: graph.constants.filter((given) => needed.has(given.value.id)),
    operations: operations.reverse(),
    resolve,
  };
}
