import type { NeededDataset, Needs } from "../contract.ts";
import type { Input } from "./input.ts";

/** The data sets and the model that an input names. */
export function needs(input: Input): Needs {
  const { dataset, test, embedding } = input;
  const rows = (path: string, id: string | undefined): NeededDataset[] =>
    id === undefined ? [] : [{ path, id, kinds: ["instructions"], minBytes: 1 }];
  const matrices =
    embedding.type !== "matrix"
      ? []
      : (["items", "tests"] as const).map((part) => ({
          path: `/embedding/${part}`,
          id: embedding[part],
          kinds: ["matrix"],
        }));
  const datasets = [...rows("/dataset", dataset), ...rows("/test", test), ...matrices];
  return input.task === "study" && input.model.from === "model"
    ? { datasets, models: [{ path: "/model/model", id: input.model.model }] }
    : { datasets };
}
