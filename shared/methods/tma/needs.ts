import type { NeededDataset, Needs } from "../contract.ts";
import type { Input } from "./input.ts";

/** The data sets that an input names. */
export function needs({ dataset, test, embedding }: Input): Needs {
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
  return { datasets: [...rows("/dataset", dataset), ...rows("/test", test), ...matrices] };
}
