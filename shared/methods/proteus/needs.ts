import type { Needs } from "../contract.ts";
import type { Input } from "./input.ts";

/** The data sets that an input names. */
export function needs({ data }: Input): Needs {
  if (data.source === "generated") return {};
  const texts = (["geneSets", "edges", "kinases"] as const).flatMap((field) => {
    const id = data[field];
    return id === undefined ? [] : [{ path: `/data/${field}`, id, kinds: ["text"], minBytes: 1 }];
  });
  return { datasets: [{ path: "/data/dataset", id: data.dataset, kinds: ["matrix"] }, ...texts] };
}
