import type { NeededDataset, Needs } from "../contract.ts";
import type { Input } from "./input.ts";

/** The preferences and models that an input names. */
export function needs(input: Input): Needs {
  if (input.task === "study") return {};
  if (input.task === "train") {
    const { data } = input;
    if (data.from === "arithmetic") return {};
    return {
      datasets: [preferences("/data/dataset", data.dataset)],
      models: [{ path: "/data/model", id: data.model }],
    };
  }
  const { reference } = input;
  const models = [
    { path: "/model", id: input.model },
    ...(reference === undefined ? [] : [{ path: "/reference", id: reference }]),
  ];
  if (input.task === "best-of") return { datasets: [preferences("/dataset", input.dataset)], models };
  const { development } = input;
  return { datasets: development === undefined ? [] : [preferences("/development", development)], models };
}

const preferences = (path: string, id: string): NeededDataset => ({ path, id, kinds: ["preferences"] });
