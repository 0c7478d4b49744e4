import type { Needs } from "../contract.ts";
import { smallestTunedText } from "../transformer-fields.ts";
import type { Input } from "./input.ts";

/** The text that an input names. */
export function needs({ dataset, trainingLength }: Input): Needs {
  if (dataset === undefined) return {};
  const minBytes = smallestTunedText(trainingLength);
  return { datasets: [{ path: "/dataset", id: dataset, kinds: ["text"], minBytes }] };
}
