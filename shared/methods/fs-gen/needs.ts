import type { NeededDataset, Needs } from "../contract.ts";
import { type Input, smallestText } from "./input.ts";

/** The texts, instructions and models that an input names. */
export function needs(input: Input): Needs {
  const { dataset, trainingLength } = input;
  const datasets: NeededDataset[] =
    dataset === undefined
      ? []
      : [{ path: "/dataset", id: dataset, kinds: ["text"], minBytes: smallestText(trainingLength) }];
  if (input.task === "study") return { datasets };
  if (input.task === "compare" && input.prompts.from === "instructions") {
    const { instructions: id } = input.prompts;
    datasets.push({ path: "/prompts/instructions", id, kinds: ["instructions"] });
  }
  const models = (["small", "large", "untuned"] as const).flatMap((field) => {
    const id = input[field];
    return id === undefined ? [] : [{ path: `/${field}`, id }];
  });
  return { datasets, models };
}
