import type { NeededDataset } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import type { FieldError } from "../problem.ts";
import { readDataset, type StoredDataset } from "./store.ts";

/** What keeps these data sets from being used: each that is unknown, not ready, of another kind, or too small. */
export async function checkDatasets(
  backend: Backend,
  tenant: string,
  wanted: readonly NeededDataset[],
): Promise<FieldError[]> {
  const found = await Promise.all(
    wanted.map(async (need) => {
      const message = obstacle(await readDataset(backend, tenant, need.id), need);
      return message === undefined ? [] : [{ path: need.path, message }];
    }),
  );
  return found.flat();
}

function obstacle(
  dataset: StoredDataset | undefined,
  { id, kinds, minBytes = 0 }: NeededDataset,
): string | undefined {
  if (dataset === undefined) return `there is no data set ${id}`;
  if (dataset.status === "pending") {
    return dataset.attempts > 0
      ? `data set ${id} is still being checked`
      : `data set ${id} has not been uploaded yet`;
  }
  if (dataset.status === "invalid") {
    const why = dataset.errors?.[0]?.message ?? "its content is not valid";
    return `data set ${id} was refused: ${why}`;
  }
  if (!kinds.includes(dataset.kind)) {
    return `data set ${id} is of kind ${dataset.kind}, not ${kinds.join(" or ")}`;
  }
  const bytes = Math.max(dataset.summary?.format.bytes ?? 0, dataset.bytes ?? 0);
  if (bytes >= minBytes) return undefined;
  return `data set ${id} has ${bytes} bytes, and this input needs at least ${minBytes}`;
}
