import type { Needs } from "../contract.ts";
import { type Input, smallestText } from "./input.ts";

/** The text that an input names. */
export function needs({ dataset, trainingLength }: Input): Needs {
  if (dataset === undefined) return {};
  const minBytes = smallestText(trainingLength);
  return { datasets: [{ path: "/dataset", id: dataset, kinds: ["text"], minBytes }] };
}
