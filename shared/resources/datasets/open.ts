import type { DatasetContent } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { contentKey, needDataset } from "./store.ts";

/** The data set as a method reads it. Throws when it is unknown or not ready. */
export async function openDataset(backend: Backend, tenant: string, id: string): Promise<DatasetContent> {
  const dataset = await needDataset(backend, tenant, id);
  if (dataset.status !== "ready" || dataset.sha256 === undefined) {
    throw new Problem("conflict", `data set ${id} is ${dataset.status}, not ready`);
  }
  const key = contentKey(dataset, dataset.sha256);
  return {
    id,
    kind: dataset.kind,
    name: dataset.name,
    bytes: dataset.bytes ?? 0,
    text: async () => new TextDecoder().decode(await backend.bucket.bytes(key)),
    async *stream() {
      yield* (await backend.bucket.stream(key)).body;
    },
  };
}
