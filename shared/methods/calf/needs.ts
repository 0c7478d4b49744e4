import type { Needs } from "../contract.ts";
import type { Input } from "./input.ts";

/** The data set and the language model that an input names. */
export function needs(input: Input): Needs {
  const { dataset, model } = input;
  const kinds = input.task === "meta-evaluate" ? ["judgements"] : ["instructions", "judgements"];
  const metrics: readonly string[] = input.task === "rank" ? [input.metric] : input.metrics;
  return {
    datasets: dataset === undefined ? [] : [{ path: "/dataset", id: dataset, kinds, minBytes: 1 }],
    models: model !== undefined && metrics.includes("likelihood") ? [{ path: "/model", id: model }] : [],
  };
}
