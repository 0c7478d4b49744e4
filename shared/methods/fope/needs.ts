import type { NeededDataset, Needs } from "../contract.ts";
import { type Input, smallestText } from "./input.ts";

/** The text and the model that an input names. */
export function needs(input: Input): Needs {
  if (input.task === "convert") return {};
  return {
    datasets: textOf(input),
    models: input.task === "continue" ? [{ path: "/model", id: input.model }] : [],
  };
}

function textOf(input: Exclude<Input, { task: "convert" }>): readonly NeededDataset[] {
  if (input.dataset === undefined) return [];
  return [{ path: "/dataset", id: input.dataset, kinds: ["text"], minBytes: smallestText(input) }];
}
