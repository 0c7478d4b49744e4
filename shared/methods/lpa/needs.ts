import type { Needs } from "../contract.ts";
import { smallestTunedText } from "../transformer-fields.ts";
import type { Input } from "./input.ts";

/** The text and the model that an input names. */
export function needs(input: Input): Needs {
  const { dataset, trainingLength } = input;
  const minBytes = trainingLength === undefined ? {} : { minBytes: smallestTunedText(trainingLength) };
  return {
    datasets: dataset === undefined ? [] : [{ path: "/dataset", id: dataset, kinds: ["text"], ...minBytes }],
    models: input.task === "convert" ? [{ path: "/model", id: input.model }] : [],
  };
}
